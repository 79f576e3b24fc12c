/** JSON Schema (draft 2020-12) of our zod schemas, for readers in any language. */
import { z } from "zod";

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** `io: "input"`: what may arrive. Nothing here transforms, so it is also what comes out. */
export function toJsonSchema(schema: z.ZodType, id: string): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io: "input",
    override({ jsonSchema }) {
      // Ids are whole numbers; how far JavaScript counts exactly is no concern of a reader in Go.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return { $schema, $id: id, ...rest };
}
