/** The shape that a JSON Schema of @stellwerk/events describes. */
import type { JsonSchema } from "@stellwerk/events";
import type { JsonType, Shape } from "./shape.ts";

/** Our schemas nest four deep; one that contains itself ends here. */
const MAX_LEVELS = 12;

const made = new WeakMap<JsonSchema, Shape>();

export function shapeOfSchema(schema: JsonSchema): Shape {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const shape = shapeOf(schema, schema["$defs"], MAX_LEVELS);
  made.set(schema, shape);
  return shape;
}

function shapeOf(given: unknown, definitions: unknown, levels: number): Shape {
  const written = objectOf(given);
  const schema = { ...resolve(written, definitions), ...written };
  const alternatives = listOf(schema["anyOf"]).map((each) => shapeOf(each, definitions, levels - 1));
  const fields = new Map<string, Shape>();
  if (levels > 0) {
    for (const [name, field] of Object.entries(objectOf(schema["properties"]))) {
      fields.set(name, shapeOf(field, definitions, levels - 1));
    }
  }
  const items = schema["items"] === undefined || levels <= 0 ? undefined : schema["items"];
  for (const alternative of alternatives)
    for (const [name, field] of alternative.fields) fields.set(name, field);
  const types = new Set([...typesOf(schema), ...alternatives.flatMap((each) => [...each.types])]);
  const own = alternatives.length === 0;
  return {
    types,
    fields,
    items:
      items === undefined
        ? alternatives.find((each) => each.items !== undefined)?.items
        : shapeOf(items, definitions, levels - 1),
    open: own
      ? types.size === 0 || (types.has("object") && fields.size === 0)
      : alternatives.some((each) => each.open),
    title: titleOf(schema),
  };
}

function resolve(schema: Record<string, unknown>, definitions: unknown): Record<string, unknown> {
  const reference = schema["$ref"];
  const name = typeof reference === "string" ? reference.replace("#/$defs/", "") : undefined;
  return name === undefined ? {} : objectOf(objectOf(definitions)[name]);
}

function typesOf(schema: Record<string, unknown>): readonly JsonType[] {
  const { type } = schema;
  if ("const" in schema) return [typeof schema["const"] as JsonType];
  if (type === "integer") return ["number"];
  return typeof type === "string" ? [type as JsonType] : [];
}

function titleOf(schema: Record<string, unknown>): Shape["title"] {
  const en = schema["title"];
  const de = objectOf(schema["x-de"])["title"];
  return typeof en === "string" && typeof de === "string" ? { en, de } : undefined;
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
