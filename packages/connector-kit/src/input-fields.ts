/** What an action declares of its input's fields, for whoever fills them from an event: named `text`, `blocks.0.text`. */
import type { Action } from "./connector.ts";
import type { Escape } from "./field.ts";
import { alternativesIn, inputJsonSchema, isSchema, type JsonSchema } from "./json-schema.ts";

export interface InputFields {
  /** Undefined is "none". */
  escapeOf(field: string): Escape | undefined;
  /** The field may be left out. */
  isOptional(field: string): boolean;
  /** Null is a value of the field. */
  acceptsNull(field: string): boolean;
}

/** @example inputFields(action).escapeOf("text") // "slack-mrkdwn" */
export function inputFields(action: Action): InputFields {
  const root = inputJsonSchema(action);
  return {
    escapeOf(field) {
      const found = schemasAt(root, field).map(({ schema }) => schema["escape"]);
      return found.find((escape) => escape !== undefined) as Escape | undefined;
    },
    // An input that nothing is known of refuses what it lacks by itself.
    isOptional: (field) => schemasAt(root, field).every(({ isRequired }) => !isRequired),
    acceptsNull: (field) => schemasAt(root, field).some(({ schema }) => takesNull(schema)),
  };
}

interface Found {
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** One for each kind of object that has such a field. */
function schemasAt(root: JsonSchema, field: string): Found[] {
  let found: Found[] = [{ schema: root, isRequired: true }];
  for (const step of field === "" ? [] : field.split(".")) {
    found = found.flatMap(({ schema }) => variantsOf(root, schema).flatMap((each) => below(each, step)));
  }
  return found.flatMap(({ schema, isRequired }) =>
    variantsOf(root, schema).map((variant) => ({ schema: variant, isRequired })),
  );
}

function below(schema: JsonSchema, step: string): Found[] {
  const { properties, additionalProperties, items, required } = schema;
  if (isSchema(properties) && Object.hasOwn(properties, step)) {
    const field = properties[step];
    const isRequired = Array.isArray(required) && required.includes(step);
    return isSchema(field) ? [{ schema: field, isRequired }] : [];
  }
  if (takesAnything(schema)) return [{ schema, isRequired: false }];
  if (isSchema(additionalProperties)) return [{ schema: additionalProperties, isRequired: false }];
  return isSchema(items) && /^\d+$/.test(step) ? [{ schema: items, isRequired: false }] : [];
}

/** Unions can stand inside each other, and a schema may name itself. */
const MOST_VARIANTS = 100;

function variantsOf(root: JsonSchema, schema: JsonSchema): JsonSchema[] {
  const variants = [schema];
  for (let index = 0; index < variants.length && index < MOST_VARIANTS; index += 1) {
    const each = variants[index];
    if (each === undefined) break;
    variants.push(...alternativesIn(each));
    const { $ref } = each;
    const name = typeof $ref === "string" ? /^#\/\$defs\/(.+)$/.exec($ref)?.[1] : undefined;
    const named = name === undefined || !isSchema(root["$defs"]) ? undefined : root["$defs"][name];
    if (isSchema(named)) variants.push(named);
  }
  return variants;
}

/** Keywords that say nothing of a value (`z.unknown()`): whatever is in it may be left out, and may be null. */
const TEXTS = ["title", "description", "text", "escape", "multiline", "placeholder", "options", "$schema"];

function takesAnything(schema: JsonSchema): boolean {
  return Object.keys(schema).every((keyword) => TEXTS.includes(keyword));
}

function takesNull(schema: JsonSchema): boolean {
  const { type } = schema;
  if (takesAnything(schema)) return true;
  return type === "null" || (Array.isArray(type) && type.includes("null"));
}
