/**
 * What each operator means. An operator is compiled with its operand to a function of the field's value; the
 * type of a value is never changed to make it fit, so a number is not greater than a text, it is just no match.
 */
import type { RuleContext } from "../context.ts";
import { readField } from "../path/read-path.ts";
import type { ConditionTest, Operand, OperatorName, Scalar, TimeSpan } from "./condition.ts";
import { OPERANDS } from "./operands.ts";
import type { OperandKind } from "./operands.ts";
import { foldCase, isStatusPath, PREVIOUS_STATUS, statusKey } from "./status-key.ts";
import { parseDuration, parseTime } from "./times.ts";

export type Matches = (value: unknown, context: RuleContext) => boolean;

interface Operator<Given extends Operand = never> {
  readonly operand: OperandKind;
  /** `isStatus`: the field holds a status, which has several names. */
  readonly compile: (operand: Given, isStatus: boolean) => Matches;
}

/** The parser has held the operand to the operator's own schema. */
export function compileOperator(test: ConditionTest): Matches {
  const { compile } = OPERATORS[test.operator] as Operator;
  return compile(test.operand as never, isStatusPath(test.path));
}

function operator<Given extends Operand>(
  operand: OperandKind,
  compile: (operand: Given, isStatus: boolean) => Matches,
): Operator<Given> {
  return { operand, compile };
}

const equals = (wanted: Scalar, isStatus: boolean) => isOneOf([wanted], isStatus);
const equalsIgnoringCase = (wanted: string, isStatus: boolean) => isOneOfIgnoringCase([wanted], isStatus);

export const OPERATORS = {
  $eq: operator(OPERANDS.scalar, equals),
  $eqIgnoreCase: operator(OPERANDS.text, equalsIgnoringCase),
  $ne: operator(OPERANDS.scalar, negated(equals)),
  $neIgnoreCase: operator(OPERANDS.text, negated(equalsIgnoringCase)),
  $in: operator(OPERANDS.scalars, isOneOf),
  $inIgnoreCase: operator(OPERANDS.texts, isOneOfIgnoringCase),
  $nin: operator(OPERANDS.scalars, negated(isOneOf)),
  $ninIgnoreCase: operator(OPERANDS.texts, negated(isOneOfIgnoringCase)),
  $gt: operator(OPERANDS.number, (than: number) => (value) => typeof value === "number" && value > than),
  $gte: operator(OPERANDS.number, (than: number) => (value) => typeof value === "number" && value >= than),
  $lt: operator(OPERANDS.number, (than: number) => (value) => typeof value === "number" && value < than),
  $lte: operator(OPERANDS.number, (than: number) => (value) => typeof value === "number" && value <= than),
  $between: operator(
    OPERANDS.range,
    ([from, to]: readonly [number, number]) =>
      (value) =>
        typeof value === "number" && value >= from && value <= to,
  ),
  $contains: operator(OPERANDS.entryToFind, (part: string | number | boolean) => (value) => {
    if (Array.isArray(value)) return value.includes(part);
    return typeof value === "string" && typeof part === "string" && value.includes(part);
  }),
  $containsIgnoreCase: operator(OPERANDS.textToFind, (part: string) => {
    const folded = foldCase(part);
    return (value) => {
      if (!Array.isArray(value)) return typeof value === "string" && foldCase(value).includes(folded);
      return value.some((entry) => typeof entry === "string" && foldCase(entry) === folded);
    };
  }),
  $startsWith: operator(
    OPERANDS.textToFind,
    (part: string) => (value) => typeof value === "string" && value.startsWith(part),
  ),
  $startsWithIgnoreCase: operator(OPERANDS.textToFind, (part: string) => {
    const folded = foldCase(part);
    return (value) => typeof value === "string" && foldCase(value).startsWith(folded);
  }),
  $endsWith: operator(
    OPERANDS.textToFind,
    (part: string) => (value) => typeof value === "string" && value.endsWith(part),
  ),
  $endsWithIgnoreCase: operator(OPERANDS.textToFind, (part: string) => {
    const folded = foldCase(part);
    return (value) => typeof value === "string" && foldCase(value).endsWith(folded);
  }),
  $exists: operator(OPERANDS.yesOrNo, (wanted: boolean) => (value) => (value !== undefined) === wanted),
  $empty: operator(OPERANDS.yesOrNo, (wanted: boolean) => (value) => isEmpty(value) === wanted),
  $before: operator(OPERANDS.time, (time: string) => comparesTime(time, (value, than) => value < than)),
  $after: operator(OPERANDS.time, (time: string) => comparesTime(time, (value, than) => value > than)),
  $within: operator(OPERANDS.span, isWithin),
  $changed: operator(
    OPERANDS.yesOrNo,
    (wanted: boolean) => (value, context) => hasChanged(value, context) === wanted,
  ),
  $changedFrom: operator(OPERANDS.textOrTexts, (from: string | readonly string[]) => {
    const wasOneOf = isOneOf(typeof from === "string" ? [from] : from, true);
    return (value, context) => hasChanged(value, context) && wasOneOf(previousStatusOf(context), context);
  }),
  $changedTo: operator(OPERANDS.textOrTexts, (to: string | readonly string[]) => {
    const nowOneOf = isOneOf(typeof to === "string" ? [to] : to, true);
    return (value, context) => hasChanged(value, context) && nowOneOf(value, context);
  }),
} satisfies Record<OperatorName, Operator>;

function isOneOf(wanted: readonly Scalar[], isStatus: boolean): Matches {
  if (isStatus) {
    const keys = new Set(wanted.map((each) => (typeof each === "string" ? statusKey(each) : each)));
    return (value) => keys.has((typeof value === "string" ? statusKey(value) : value) as Scalar);
  }
  const [first] = wanted;
  if (wanted.length === 1) return (value) => value === first;
  const set = new Set<unknown>(wanted);
  return (value) => set.has(value);
}

function isOneOfIgnoringCase(wanted: readonly string[], isStatus: boolean): Matches {
  // Statuses never know upper and lower case.
  if (isStatus) return isOneOf(wanted, isStatus);
  const folded = new Set(wanted.map(foldCase));
  return (value) => typeof value === "string" && folded.has(foldCase(value));
}

function negated<Given extends Operand>(
  compile: (operand: Given, isStatus: boolean) => Matches,
): (operand: Given, isStatus: boolean) => Matches {
  return (operand, isStatus) => {
    const matches = compile(operand, isStatus);
    return (value, context) => !matches(value, context);
  };
}

/** What a person would call empty: nothing there, null, blank, no entries, no fields. 0 and false are values. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return value.trim() === "";
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function comparesTime(time: string, compare: (value: number, than: number) => boolean): Matches {
  const fixed = parseTime(time);
  return (value, context) => {
    const moment = parseTime(value);
    const than = fixed ?? parseTime(context.event.time);
    return moment !== undefined && than !== undefined && compare(moment, than);
  };
}

function isWithin(span: string | TimeSpan): Matches {
  const { last, next } = typeof span === "string" ? { last: span, next: span } : span;
  const backMs = last === undefined ? 0 : (parseDuration(last)?.ms ?? 0);
  const aheadMs = next === undefined ? 0 : (parseDuration(next)?.ms ?? 0);
  return (value, context) => {
    const moment = parseTime(value);
    const now = parseTime(context.event.time);
    return moment !== undefined && now !== undefined && moment >= now - backMs && moment <= now + aheadMs;
  };
}

function previousStatusOf(context: RuleContext): unknown {
  return readField(context.data, PREVIOUS_STATUS[0]);
}

/** An event that names no status before it reports no change. */
function hasChanged(status: unknown, context: RuleContext): boolean {
  const previous = previousStatusOf(context);
  if (typeof previous !== "string" || typeof status !== "string") return false;
  return previous !== status && statusKey(previous) !== statusKey(status);
}
