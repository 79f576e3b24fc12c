/** Which fields of a schema a person could not understand, at any depth. */
import { z } from "zod";
import { alternativesIn, fieldsOf, isSchema } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";

const TEXTS = { en: z.string().min(1), de: z.string().min(1) };

/**
 * @example expect(fieldsWithoutText(connector.connection.settings)).toEqual([])
 */
export function fieldsWithoutText(
  schema: z.ZodType,
  languages: readonly ("en" | "de")[] = ["en", "de"],
): string[] {
  const text = z.object(Object.fromEntries(languages.map((language) => [language, TEXTS[language]])));
  const field = z.object({ text: z.object({ title: text, help: text }) });
  const json: JsonSchema = { ...z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) };
  return [...everyField(json, "")]
    .filter(([, property]) => !field.safeParse(property).success)
    .map(([path]) => path);
}

function* everyField(
  schema: JsonSchema,
  prefix: string,
): Generator<readonly [path: string, schema: JsonSchema]> {
  for (const [name, property] of fieldsOf(schema)) {
    yield [`${prefix}${name}`, property];
    for (const inner of [property, property["items"], ...alternativesIn(property)]) {
      if (isSchema(inner)) yield* everyField(inner, `${prefix}${name}.`);
    }
  }
}
