/**
 * What a form, a document or another program needs to know about settings, secrets, inputs and parameters: JSON Schema
 * with titles and help. In one language, or with both in `text`.
 */
import { z } from "zod";
import type { Action, Connection } from "./connector.ts";
import type { Text } from "./outcome.ts";
import type { Preset } from "./preset.ts";

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export type Language = "en" | "de";

/**
 * Fields with live choices have `options: true`. With a language, `title`, `description` and the labels of an enum are
 * in it (in English where there is nothing else) and `text` is left out.
 *
 * @example inputJsonSchema(action, "de").properties.channel.title // "Kanal"
 */
export function inputJsonSchema(action: Action, language?: Language): JsonSchema {
  const live = Object.keys(action.options ?? {});
  return mark(schemaIn(action.input, language), (name) => (live.includes(name) ? { options: true } : {}));
}

export function settingsJsonSchema(connection: Connection, language?: Language): JsonSchema {
  return schemaIn(connection.settings, language);
}

/** Every field is `secret: true` unless it says otherwise. */
export function secretsJsonSchema(connection: Connection, language?: Language): JsonSchema {
  return mark(schemaIn(connection.secrets, language), (_name, schema) => ({
    secret: schema["secret"] ?? true,
  }));
}

export function parametersJsonSchema(preset: Preset, language?: Language): JsonSchema {
  return schemaIn(preset.parameters, language);
}

function schemaIn(schema: z.ZodType, language?: Language): JsonSchema {
  const json = { ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
  return language === undefined ? json : (translate(json, language) as JsonSchema);
}

/** The fields of an object, or of every kind of object in a union. */
export function fieldsOf(schema: JsonSchema): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  for (const each of [schema, ...alternativesIn(schema)]) {
    for (const [name, value] of Object.entries(each["properties"] ?? {})) {
      if (isSchema(value)) found.set(name, value);
    }
  }
  return found;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function alternativesIn(schema: JsonSchema): JsonSchema[] {
  return ["anyOf", "oneOf", "allOf"].flatMap((keyword) => {
    const list: unknown = schema[keyword];
    return Array.isArray(list) ? list.filter(isSchema) : [];
  });
}

function mark(schema: JsonSchema, extra: (name: string, schema: JsonSchema) => JsonSchema): JsonSchema {
  const { properties } = schema;
  const marked = { ...schema };
  if (isSchema(properties)) {
    marked["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        isSchema(value) ? { ...value, ...extra(name, value) } : value,
      ]),
    );
  }
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const list = schema[keyword];
    if (Array.isArray(list))
      marked[keyword] = list.map((each) => (isSchema(each) ? mark(each, extra) : each));
  }
  return marked;
}

function translate(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map((each) => translate(each, language));
  if (!isSchema(value)) return value;
  const { text, labels, ...rest } = value;
  const translated = Object.fromEntries(
    Object.entries(rest).map(([keyword, part]) => [
      keyword,
      VALUES.has(keyword) ? part : translate(part, language),
    ]),
  );
  if (isFieldText(text)) {
    translated["title"] = inLanguage(text.title, language);
    translated["description"] = inLanguage(text.help, language);
  } else if (text !== undefined) translated["text"] = translate(text, language);
  if (isSchema(labels)) {
    translated["labels"] = Object.fromEntries(
      Object.entries(labels).map(([name, label]) => [
        name,
        isText(label) ? inLanguage(label, language) : translate(label, language),
      ]),
    );
  }
  return translated;
}

/** What stands here is somebody's value and no schema. */
const VALUES = new Set(["default", "const", "enum", "examples"]);

function isFieldText(value: unknown): value is { readonly title: Text; readonly help: Text } {
  return isSchema(value) && isText(value["title"]) && isText(value["help"]);
}

function isText(value: unknown): value is Text {
  return isSchema(value) && typeof value["en"] === "string";
}

function inLanguage(text: Text, language: Language): string {
  return text[language] ?? text.en;
}
