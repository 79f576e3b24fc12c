/** A condition held to the events it is for, when it is saved. */
import { canonicalStatus, statuses } from "@stellwerk/events";
import { compileRead } from "../conditions/compile-condition.ts";
import type { CompiledCondition } from "../conditions/compile-condition.ts";
import type { ConditionTest, Operand, Scalar } from "../conditions/condition.ts";
import { readCondition } from "../conditions/parse-condition.ts";
import { isStatusPath } from "../conditions/status-key.ts";
import { nearest } from "../nearest.ts";
import { printPath } from "../path/path.ts";
import { ProblemList, quoteShort } from "../problem.ts";
import type { Problem } from "../problem.ts";
import type { CheckedRule } from "./checked-rule.ts";
import { FieldChecker } from "./known-shapes.ts";
import type { KnownShapes } from "./known-shapes.ts";
import type { JsonType, Shape } from "./shape.ts";

/**
 * @example
 * checkCondition({ "website.statsu": "Done" }, { eventTypes: ["website_status_changed"] })
 * // { ok: false, problems: [{ fix: "Did you mean `website.status`?", … }], warnings: [] }
 */
export function checkCondition(
  json: unknown,
  known: KnownShapes,
  place = "when",
): CheckedRule<CompiledCondition> {
  const read = readCondition(json, place);
  if (!read.ok) return { ...read, warnings: [] };
  const fields = new FieldChecker(known);
  const problems = new ProblemList();
  const warnings = new ProblemList();
  for (const { test, place: at } of read.value.tests) {
    const verdict = fields.check(test.path, at);
    if (verdict.kind !== "known") {
      (verdict.kind === "refused" ? problems : warnings).add(verdict.problem);
      continue;
    }
    for (const doubt of doubtsAbout(test, verdict.shape, at)) warnings.add(doubt);
  }
  if (!problems.isEmpty) return { ok: false, problems: problems.toArray(), warnings: warnings.toArray() };
  return { ok: true, value: compileRead(read.value), warnings: warnings.toArray() };
}

/** What can be saved and is hardly meant. */
function doubtsAbout(test: ConditionTest, shape: Shape, place: string): readonly Problem[] {
  const comparesWhole = /^\$(?:eq|ne|in|nin|changedFrom|changedTo)$/.test(test.operator);
  const names = comparesWhole && isStatusPath(test.path) ? textsOf(test.operand) : [];
  const doubts = [doubtAboutType(test, shape, place), ...names.map((name) => unknownStatus(name, place))];
  return doubts.filter((doubt) => doubt !== undefined);
}

/** A number never equals a text, and nothing is changed to fit. */
function doubtAboutType(test: ConditionTest, shape: Shape, place: string): Problem | undefined {
  const wanted = typesFor(test);
  if (wanted === undefined || shape.types.size === 0) return undefined;
  if (wanted.some((type) => shape.types.has(type))) return undefined;
  const types = [...shape.types].filter((type) => type !== "null").map((type) => TYPE_WORDS[type]);
  return {
    path: place,
    message: `${printPath(test.path)} is ${types.join(" or ")}: this compares it with something else`,
    expected: types.join(" or "),
    received: wanted.map((type) => TYPE_WORDS[type]).join(" or "),
    fix: "Nothing is changed to make it fit: write the value as the event has it.",
  };
}

const TYPE_WORDS: Readonly<Record<JsonType, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  null: "null",
  object: "an object",
  array: "a list",
};

/** Undefined: an operator for values of every type. */
function typesFor({ operator, operand }: ConditionTest): readonly JsonType[] | undefined {
  switch (operator) {
    case "$exists":
    case "$empty":
      return undefined;
    case "$eq":
    case "$ne":
    case "$in":
    case "$nin": {
      const values = Array.isArray(operand) ? (operand as readonly Scalar[]) : [operand as Scalar];
      return [...new Set(values.map((value) => (value === null ? "null" : (typeof value as JsonType))))];
    }
    case "$gt":
    case "$gte":
    case "$lt":
    case "$lte":
    case "$between":
      return ["number"];
    case "$contains":
    case "$containsIgnoreCase":
      return ["string", "array"];
    default:
      return ["string"];
  }
}

function textsOf(operand: Operand): readonly string[] {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return values.filter((value) => typeof value === "string");
}

function unknownStatus(text: string, place: string): Problem | undefined {
  if (canonicalStatus(text) !== undefined) return undefined;
  const names = statuses.flatMap(({ name, title }) => [name, title.de]);
  const meant = nearest(text, names);
  return {
    path: place,
    message: "is no status that is known; an account may have its own",
    expected: `one of ${statuses.map(({ name }) => name).join(", ")}`,
    received: quoteShort(text),
    fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
  };
}
