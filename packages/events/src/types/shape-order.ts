/** The order of fields in what our builders produce: the platform's own, whatever order the caller used. */
import type { z } from "zod";

/**
 * The fields of `shape`, in its order, and no others: whoever has more to say spreads the result.
 *
 * @example
 * inShapeOrder({ id: z.int(), name: z.string() }, { name: "Mary", id: 1 }) // { id: 1, name: "Mary" }
 */
export function inShapeOrder<Shape extends Record<string, z.ZodType>>(
  shape: Shape,
  values: { readonly [Field in keyof Shape]?: z.infer<Shape[Field]> | undefined },
): { [Field in keyof Shape]: z.infer<Shape[Field]> } {
  const ordered = Object.keys(shape)
    .filter((field) => values[field] !== undefined)
    .map((field) => [field, values[field]]);
  return Object.fromEntries(ordered) as { [Field in keyof Shape]: z.infer<Shape[Field]> };
}
