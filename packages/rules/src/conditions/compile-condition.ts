/**
 * From a condition to functions: `evaluate` for every event, `explain` for people. Both come from the same
 * comparisons, so they cannot disagree.
 */
import type { RuleContext } from "../context.ts";
import { printPath } from "../path/path.ts";
import type { PlacedPath } from "../path/path.ts";
import { compilePath } from "../path/read-path.ts";
import type { Checked } from "../problem.ts";
import type { Condition, ConditionGroup, ConditionTest } from "./condition.ts";
import type { Explanation } from "./explanation.ts";
import { compileOperator } from "./operators.ts";
import { readCondition } from "./parse-condition.ts";
import type { ReadCondition } from "./parse-condition.ts";
import { showValue } from "./show-value.ts";
import { isStatusPath, PREVIOUS_STATUS } from "./status-key.ts";
import { valueWords, wordsOfTest } from "./words.ts";
import type { BothLanguages, Language } from "./words.ts";

export interface CompiledCondition {
  /** Never throws, whatever the event holds. */
  readonly evaluate: (context: RuleContext) => boolean;
  /** Each part with its value and verdict; the whole's is what `evaluate` answers. */
  readonly explain: (context: RuleContext) => Explanation;
  /** Every field it looks at, and where. */
  readonly paths: readonly PlacedPath[];
  readonly condition: Condition;
}

/**
 * @example
 * const compiled = compileCondition({ "website.status": { $in: ["Creation", "Done"] } });
 * if (compiled.ok) compiled.value.evaluate({ data, event });
 */
export function compileCondition(json: unknown, place = "when"): Checked<CompiledCondition> {
  const read = readCondition(json, place);
  return read.ok ? { ok: true, value: compileRead(read.value) } : read;
}

export function compileRead({ condition, tests }: ReadCondition): CompiledCondition {
  const paths = tests.map(({ test, place }) => ({ path: test.path, place }));
  return { ...compile(condition), paths, condition };
}

interface Compiled {
  readonly evaluate: (context: RuleContext) => boolean;
  readonly explain: (context: RuleContext) => Explanation;
}

function compile(condition: Condition): Compiled {
  switch (condition.kind) {
    case "test":
      return compileTest(condition);
    case "not": {
      const part = compile(condition.part);
      return {
        evaluate: (context) => !part.evaluate(context),
        explain: (context) => {
          const inner = part.explain(context);
          return { kind: "not", verdict: !inner.verdict, sentence: notWords(!inner.verdict), parts: [inner] };
        },
      };
    }
    case "all":
    case "any":
      return compileGroup(condition);
  }
}

function compileTest(test: ConditionTest): Compiled {
  const read = compilePath(test.path);
  const matches = compileOperator(test);
  const isChange = test.operator.startsWith("$changed");
  const readPrevious = compilePath(PREVIOUS_STATUS);
  const path = printPath(test.path);
  return {
    evaluate: (context) => matches(read(context), context),
    explain: (context) => {
      const value = read(context);
      const verdict = matches(value, context);
      const actual = showValue(value);
      const previous = isChange ? showValue(readPrevious(context)) : undefined;
      return {
        kind: "test",
        verdict,
        path,
        operator: test.operator,
        expected: test.operand,
        ...(actual === undefined ? {} : { actual }),
        ...(previous === undefined ? {} : { previous }),
        sentence: testWords(test, path, verdict, { value, previous }),
      };
    },
  };
}

function compileGroup({ kind, parts: conditions }: ConditionGroup): Compiled {
  const parts = conditions.map(compile);
  const evaluates = parts.map(({ evaluate }) => evaluate);
  return {
    evaluate: kind === "all" ? allOf(evaluates) : anyOf(evaluates),
    explain: (context) => {
      const explained = parts.map((part) => part.explain(context));
      const holding = explained.filter(({ verdict }) => verdict).length;
      const verdict = kind === "all" ? holding === explained.length : holding > 0;
      return { kind, verdict, sentence: groupWords(kind, holding, explained.length), parts: explained };
    },
  };
}

type Evaluate = Compiled["evaluate"];

/** Loops instead of every() and some(): a rule runs for every event. */
function allOf(parts: readonly Evaluate[]): Evaluate {
  return (context) => {
    for (const part of parts) if (!part(context)) return false;
    return true;
  };
}

function anyOf(parts: readonly Evaluate[]): Evaluate {
  return (context) => {
    for (const part of parts) if (part(context)) return true;
    return false;
  };
}

function testWords(
  test: ConditionTest,
  path: string,
  verdict: boolean,
  found: { readonly value: unknown; readonly previous: unknown },
): BothLanguages {
  const wanted = wordsOfTest(test);
  const isStatus = isStatusPath(test.path);
  const words = (language: Language) => {
    const value = valueWords(found.value, language, isStatus);
    if (!test.operator.startsWith("$changed")) return `${path} ${language === "en" ? "is" : "ist"} ${value}`;
    const previous = valueWords(found.previous, language, isStatus);
    return language === "en" ? `it was ${previous} and is ${value}` : `vorher ${previous}, jetzt ${value}`;
  };
  return {
    en: `${wanted.en}: ${verdict ? "yes" : "no"}, ${words("en")}`,
    de: `${wanted.de}: ${verdict ? "ja" : "nein"}, ${words("de")}`,
  };
}

function groupWords(kind: "all" | "any", holding: number, count: number): BothLanguages {
  if (count === 0) return { en: "always", de: "immer" };
  const en = `${holding} of ${count} ${holding === 1 ? "holds" : "hold"}`;
  const de = `${holding} von ${count} ${holding === 1 ? "trifft" : "treffen"} zu`;
  return kind === "all"
    ? { en: `${en}, all have to`, de: `${de}, alle müssen es` }
    : { en: `${en}, one has to`, de: `${de}, eine muss es` };
}

function notWords(verdict: boolean): BothLanguages {
  return verdict
    ? { en: "yes, because this does not hold", de: "ja, weil dies nicht zutrifft" }
    : { en: "no, because this holds", de: "nein, weil dies zutrifft" };
}
