/** `when`: which events of its types a subscription wants. The language is that of packages/rules. */
import { compileCondition } from "@stellwerk/rules";
import { z } from "zod";

export const condition = z
  .record(z.string(), z.unknown())
  .nullable()
  .superRefine((json, context) => {
    if (json === null) return;
    const compiled = compileCondition(json, "");
    if (compiled.ok) return;
    for (const { path, message, expected, received, fix } of compiled.problems) {
      context.addIssue({
        code: "custom",
        // Keys are paths of their own, so this one is in no pieces.
        path: path === "" ? [] : [path],
        message,
        params: { expected, received, fix },
        input: json,
      });
    }
  })
  .describe(
    'Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules.',
  );
