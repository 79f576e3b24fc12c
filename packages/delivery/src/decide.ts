/**
 * From an attempt's outcome to what becomes of the delivery. Pure: the dispatcher runs the
 * attempt and the store keeps the decision.
 */
import type { Outcome, Repeat } from "@stellwerk/connector-kit";
import { retryAfterMs } from "./retry-schedule.ts";

export interface DecideOptions {
  /** Attempts made, this one included. */
  readonly attempts: number;
  readonly scheduleMs: readonly number[];
  readonly repeat: Repeat;
  /** Milliseconds since the delivery was made: `rate_limited` uses up no attempt, so its age is its limit. */
  readonly ageMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** `reason` is a stable code, `detail` a sentence for people who operate. */
export type Decision =
  | {
      readonly kind: "finish";
      readonly state: "delivered" | "skipped" | "dead";
      /** It ended without anybody knowing whether the last try arrived. */
      readonly possiblySent: boolean;
      readonly reason: string | null;
      readonly detail: string;
    }
  | {
      readonly kind: "retry";
      readonly afterMs: number;
      /** False when the target only asked us to wait. */
      readonly countsAttempt: boolean;
      readonly possiblySent: boolean;
      readonly reason: string;
      readonly detail: string;
    }
  | {
      readonly kind: "hold";
      readonly possiblySent: boolean;
      readonly reason: string;
      readonly detail: string;
    };

/**
 * @example
 * decide({ kind: "retry", reason: "http_status", detail: "503" }, { attempts: 10, … })
 * // { kind: "finish", state: "dead", reason: "exhausted", … }
 */
export function decide(outcome: Outcome, options: DecideOptions): Decision {
  switch (outcome.kind) {
    case "delivered":
      return {
        kind: "finish",
        state: "delivered",
        possiblySent: false,
        reason: null,
        detail: outcome.summary.en,
      };
    case "skipped":
      return {
        kind: "finish",
        state: "skipped",
        possiblySent: false,
        reason: outcome.reason,
        detail: outcome.detail,
      };
    case "rejected":
      return {
        kind: "finish",
        state: "dead",
        possiblySent: false,
        reason: outcome.reason,
        detail: outcome.detail,
      };
    case "retry":
      return retry(outcome, options, false);
    case "in_doubt":
      // A target that drops what it has seen, or ends in the same state, may be asked again.
      // Looking first (`probe`) and asking a person (`never`) come with exactly-once (issue 7); until then they wait.
      return options.repeat.kind === "natural" || options.repeat.kind === "key"
        ? retry(outcome, options, true)
        : hold(outcome, true);
    case "rate_limited":
      return options.ageMs > sum(options.scheduleMs)
        ? exhausted(outcome, options.attempts, false)
        : {
            kind: "retry",
            afterMs: outcome.afterMs,
            countsAttempt: false,
            possiblySent: false,
            reason: outcome.reason,
            detail: outcome.detail,
          };
    case "auth":
    case "misconfigured":
      return hold(outcome, false);
  }
}

interface Failure {
  readonly reason: string;
  readonly detail: string;
  readonly afterMs?: number;
}

function retry(failure: Failure, options: DecideOptions, possiblySent: boolean): Decision {
  const afterMs = retryAfterMs(options.attempts, {
    scheduleMs: options.scheduleMs,
    random: options.random,
    askedMs: failure.afterMs,
  });
  if (afterMs === undefined) return exhausted(failure, options.attempts, possiblySent);
  return {
    kind: "retry",
    afterMs,
    countsAttempt: true,
    possiblySent,
    reason: failure.reason,
    detail: failure.detail,
  };
}

function exhausted(failure: Failure, attempts: number, possiblySent: boolean): Decision {
  return {
    kind: "finish",
    state: "dead",
    possiblySent,
    reason: "exhausted",
    detail: `Gave up after ${attempts} attempts. The last one: ${failure.detail}`,
  };
}

function hold(failure: Failure, possiblySent: boolean): Decision {
  return { kind: "hold", possiblySent, reason: failure.reason, detail: failure.detail };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
