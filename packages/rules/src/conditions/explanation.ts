/** Why a condition holds or not: the answer to "why did this not run?", and what a preview shows. */
import type { OperatorName, Operand } from "./condition.ts";
import type { BothLanguages } from "./words.ts";

export type Explanation = ExplainedTest | ExplainedGroup;

export interface ExplainedTest {
  readonly kind: "test";
  readonly verdict: boolean;
  /** `website.status` */
  readonly path: string;
  readonly operator: OperatorName;
  readonly expected: Operand;
  /** What the event holds there, cut where it is long. Missing when nothing is there. */
  readonly actual?: unknown;
  /** Of `$changed…` only: the status before. */
  readonly previous?: unknown;
  /** `status is Creation or Done: no, website.status is "Feedback"` */
  readonly sentence: BothLanguages;
}

export interface ExplainedGroup {
  readonly kind: "all" | "any" | "not";
  readonly verdict: boolean;
  readonly sentence: BothLanguages;
  readonly parts: readonly Explanation[];
}

/** A reason names the first few; a person asks for the tree when that is not enough. */
const NAMED_REASONS = 3;

/**
 * The comparisons that decided a condition against the event, in one line; empty when it holds.
 *
 * @example
 * whyNot(explanation).en // 'status is Creation or Done: no, website.status is "Feedback"'
 */
export function whyNot(explanation: Explanation): BothLanguages {
  const culprits = explanation.verdict ? [] : decisive(explanation);
  const more = culprits.length - NAMED_REASONS;
  const inOne = (language: "en" | "de") => {
    const named = culprits.slice(0, NAMED_REASONS).map(({ sentence }) => sentence[language]);
    if (more > 0) named.push(language === "en" ? `and ${more} more` : `und ${more} weitere`);
    return named.join("; ");
  };
  return { en: inOne("en"), de: inOne("de") };
}

/** The tests whose other verdict could have turned this one. */
function decisive(explanation: Explanation): readonly ExplainedTest[] {
  if (explanation.kind === "test") return [explanation];
  const { kind, verdict, parts } = explanation;
  if (kind === "not") return parts.flatMap(decisive);
  return parts.filter((part) => part.verdict === verdict).flatMap(decisive);
}
