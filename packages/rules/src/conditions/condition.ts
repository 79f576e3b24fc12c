/** A condition as it is understood: what `parseCondition` makes of the JSON and everything else works on. */
import type { Path } from "../path/path.ts";

export type Condition = ConditionGroup | NegatedCondition | ConditionTest;

/** `all` without parts is the condition that always holds. */
export interface ConditionGroup {
  readonly kind: "all" | "any";
  readonly parts: readonly Condition[];
}

export interface NegatedCondition {
  readonly kind: "not";
  readonly part: Condition;
}

/** One field compared with one operand. */
export interface ConditionTest {
  readonly kind: "test";
  readonly path: Path;
  readonly operator: OperatorName;
  readonly operand: Operand;
}

export const OPERATOR_NAMES = [
  "$eq",
  "$eqIgnoreCase",
  "$ne",
  "$neIgnoreCase",
  "$in",
  "$inIgnoreCase",
  "$nin",
  "$ninIgnoreCase",
  "$gt",
  "$gte",
  "$lt",
  "$lte",
  "$between",
  "$contains",
  "$containsIgnoreCase",
  "$startsWith",
  "$startsWithIgnoreCase",
  "$endsWith",
  "$endsWithIgnoreCase",
  "$exists",
  "$empty",
  "$before",
  "$after",
  "$within",
  "$changed",
  "$changedFrom",
  "$changedTo",
] as const;

export type OperatorName = (typeof OPERATOR_NAMES)[number];

export const GROUP_NAMES = ["$and", "$or", "$not"] as const;

export function isOperatorName(name: string): name is OperatorName {
  return (OPERATOR_NAMES as readonly string[]).includes(name);
}

/** What JSON has apart from objects and lists. */
export type Scalar = string | number | boolean | null;

export interface TimeSpan {
  /** `7d`: not longer ago than that. */
  readonly last?: string | undefined;
  /** Not further ahead than that. */
  readonly next?: string | undefined;
}

export type Operand = Scalar | readonly Scalar[] | TimeSpan;

/** The JSON that people write and the API takes. */
export interface ConditionJson {
  readonly [pathOrGroup: string]: unknown;
}
