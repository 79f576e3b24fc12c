/** From zod's issue to a problem that a person can act on. */
import type { z } from "zod";
import type { Problem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** As long as an id of ours: what is longer may be a credential in a field that is none. */
const LONGEST_SHOWN = 30;

/**
 * A schema's own check may say more than zod can:
 * `ctx.addIssue({ code: "custom", message, params: { expected, received, fix } })`.
 */
export function describeIssue(
  issue: Issue,
  root: unknown,
  prefix: string,
  values: "shown" | "secret",
): Problem {
  const params = issue.code === "custom" ? (issue.params ?? {}) : {};
  const received = valueAt(root, issue.path);
  const problem = {
    path: [prefix, ...issue.path.map(String)].join("."),
    message:
      received === undefined && issue.code === "invalid_type" ? "is required" : lowerFirst(issue.message),
    expected: textOf(params["expected"]) ?? expectedBy(issue),
    received: textOf(params["received"]) ?? describeValue(received, values),
  };
  const fix = textOf(params["fix"]);
  return fix === undefined ? problem : { ...problem, fix };
}

function expectedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected;
    case "too_big":
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "too_small":
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case "invalid_format":
      return issue.pattern === undefined ? issue.format : `${issue.format} matching ${issue.pattern}`;
    case "invalid_value":
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "unrecognized_keys":
      return `no other fields than the documented ones, so not ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    default:
      return "a valid value";
  }
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  if (origin === "array" || origin === "set") return " entries";
  if (origin === "object" || origin === "record" || origin === "map") return " fields";
  return "";
}

function describeValue(value: unknown, values: "shown" | "secret"): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (typeof value === "object") return "object";
  if (typeof value === "string") {
    const short = value.length <= LONGEST_SHOWN;
    return values === "shown" && short ? JSON.stringify(value) : `string of ${value.length} characters`;
  }
  return values === "shown" && (typeof value === "number" || typeof value === "boolean")
    ? `${value}`
    : typeof value;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
