/** zod's issues in our words: the place, what was expected, what came. */
import type { z } from "zod";
import { describeValue, issue } from "./issue.ts";
import type { EventIssue } from "./issue.ts";

type ZodIssue = z.core.$ZodIssue;

const TYPES: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  null: "null",
};

export function toIssues(issues: readonly ZodIssue[], input: unknown): EventIssue[] {
  return issues.map((found) =>
    issue(found.path.map(String).join("."), expectedBy(found), describeValue(valueAt(input, found.path))),
  );
}

function expectedBy(found: ZodIssue): string {
  switch (found.code) {
    case "invalid_type":
      return TYPES[found.expected] ?? found.expected;
    case "invalid_value":
      return found.values.map((value) => JSON.stringify(value)).join(" or ");
    default:
      return found.message;
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
