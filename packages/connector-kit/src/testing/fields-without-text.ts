/** Which fields of a schema a person could not understand: the first of the checks that issue 8 makes a suite of. */
import { z } from "zod";

const TEXTS = z.object({ en: z.string().min(1), de: z.string().min(1) });
const FIELD = z.object({ text: z.object({ title: TEXTS, help: TEXTS }) });

/** @example expect(fieldsWithoutText(connector.connection.settings)).toEqual([]) */
export function fieldsWithoutText(schema: z.ZodType): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties)
    .filter(([, property]) => !FIELD.safeParse(property).success)
    .map(([name]) => name);
}
