/** What every check of a definition is made of. A refusal names the part, what is wrong and the fix. */
import { z } from "zod";
import { ConnectorDefinitionError } from "../errors.ts";
import { alternativesIn } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import type { Text } from "../outcome.ts";
import type { Problem } from "../problem.ts";

/** A form, a document and a check can only be made of what JSON Schema can say. */
export function checkObject(what: string, schema: z.ZodType): JsonSchema {
  let json: JsonSchema;
  try {
    json = { ...z.toJSONSchema(schema, { io: "input" }) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`${what} has a part that JSON cannot hold (${why}); use a string with a check instead`);
  }
  const parts = alternativesIn(json);
  const isObject =
    json["type"] === "object" || (parts.length > 0 && parts.every((each) => each["type"] === "object"));
  if (!isObject) refuse(`${what} must be an object, for example z.strictObject({ … })`);
  return json;
}

export function checkTexts(
  what: string,
  { title, summary }: { readonly title: Text; readonly summary: Text },
): void {
  for (const [name, text] of Object.entries({ title, summary })) {
    // From JavaScript it may be missing altogether.
    const given: Partial<Text> | undefined = text;
    if (typeof given?.en !== "string" || given.en.trim() === "") {
      refuse(`${what}: its \`${name}\` is { en: "…", de: "…" }, and at least the English is there`);
    }
  }
}

export function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

export function refuse(message: string): never {
  throw new ConnectorDefinitionError(message);
}

export function listProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path} ${message}`).join("; ");
}
