/** Checks a request against its schemas and collects everything that is wrong with it. */
import { describeIssue } from "@stellwerk/connector-kit";
import type { z } from "zod";
import type { FieldProblem } from "../errors.ts";

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldProblem[] };

/** Below these a value may be a secret or somebody's data, and is described but not repeated. */
const SECRET = /(^|\.)(secrets?|settings|input|data)(\.|$)/;

export function check<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, errors: result.error.issues.flatMap((issue) => describe(issue, value)) };
}

function describe(issue: z.core.$ZodIssue, root: unknown): FieldProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...issue.path.map(String), key].join("."),
      message: "is not known here",
      expected: "only documented fields",
      fix: `Remove \`${key}\`, or check its spelling.`,
    }));
  }
  const path = issue.path.join(".");
  const problem = describeIssue(issue, root, "", SECRET.test(path) ? "secret" : "shown");
  return [{ ...problem, path }];
}

/**
 * What no field of the configuration may hold: U+0000 and half a surrogate pair (PostgreSQL refuses
 * both), and the one name that JavaScript objects treat specially.
 */
export function findUnstorable(value: unknown, path = ""): FieldProblem[] {
  if (typeof value === "string") {
    if (!value.includes("\0") && value.isWellFormed()) return [];
    return [
      {
        path,
        message: "holds a character that cannot be stored",
        expected: "text without U+0000 and half surrogate pairs",
      },
    ];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const innerPath = path === "" ? key : `${path}.${key}`;
    if (key === "__proto__") return [{ path: innerPath, message: "is not a name that can be used" }];
    return [...findUnstorable(key, innerPath), ...findUnstorable(inner, innerPath)];
  });
}
