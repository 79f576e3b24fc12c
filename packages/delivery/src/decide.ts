/**
 * From an attempt's outcome to what becomes of the delivery. Pure: the dispatcher runs the
 * attempt and the store keeps the decision.
 */
import type { Outcome, Repeat } from "@stellwerk/connector-kit";
import { countedAgeMs, defaultMaxAgeMs } from "./age-limit.ts";
import { retryAfterMs, waitMs } from "./retry-schedule.ts";
import { follow } from "./transitions.ts";

export interface DecideOptions {
  /** Attempts made, this one included. */
  readonly attempts: number;
  readonly scheduleMs: readonly number[];
  readonly repeat: Repeat;
  /** How long an attempt may take: what is sent may arrive that long after its start. Unset: it has ended by now. */
  readonly deadlineMs?: number | undefined;
  /** Milliseconds since the delivery was made. */
  readonly ageMs: number;
  /** Milliseconds since its subscription or connection was last resumed; undefined: never paused. */
  readonly sinceResumeMs?: number | undefined;
  /**
   * A delivery older than this is not tried again. When not set, the schedule decides, and what ends a delivery
   * whose tries do not count is the schedule's sum and two days.
   */
  readonly maxAgeMs?: number | undefined;
  /** How long anything is kept: nothing may be tried for longer. */
  readonly retentionMs?: number | undefined;
  /** The attempt was the one try of an open breaker (`Lanes.isProbe`): a failure of it uses up no attempt. */
  readonly probe?: boolean | undefined;
  /** In [0, 1). */
  readonly random: () => number;
}

/** What a delivery or its target is told to do; `reason` is of the catalogue in reasons.ts, `detail` a sentence. */
interface Why {
  readonly reason: string;
  readonly detail: string;
}

export type Decision =
  | {
      readonly kind: "finish";
      readonly state: "delivered" | "skipped" | "dead";
      /** It ended without anybody knowing whether the last try arrived. */
      readonly possiblySent: boolean;
      readonly reason: string | null;
      readonly detail: string;
      /** The target wants nothing any more: stop its subscription, with this reason. */
      readonly stop?: Why;
    }
  | ({
      readonly kind: "retry";
      readonly afterMs: number;
      /** False when the target only asked us to wait, or when this was the probe of an open breaker. */
      readonly countsAttempt: boolean;
      readonly possiblySent: boolean;
      /** Nobody knows whether it arrived: that is settled (settle-doubt.ts) before it is sent again. */
      readonly keepsDoubt?: boolean;
      /** The target asked everybody of this scope to wait that long. */
      readonly pauseScopeMs?: number;
      readonly pauseScope?: "connection" | "subscription";
    } & Why)
  /** A person must settle it. */
  | ({
      readonly kind: "hold";
      readonly possiblySent: boolean;
      /** Of one that is held instead of given up. */
      readonly stop?: Why;
    } & Why)
  /** It waits again and uses up no attempt, and its target is paused until a person has mended it. */
  | ({
      readonly kind: "pause";
      readonly scope: "subscription" | "connection";
      readonly possiblySent: boolean;
    } & Why);

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
        state: follow("sending", "deliver"),
        possiblySent: false,
        reason: null,
        detail: outcome.summary.en,
      };
    case "skipped":
      return { kind: "finish", state: follow("sending", "skip"), possiblySent: false, ...why(outcome) };
    case "rejected":
      return {
        kind: "finish",
        state: follow("sending", "reject"),
        possiblySent: false,
        ...why(outcome),
        ...(outcome.stop === undefined ? {} : { stop: why(outcome) }),
      };
    case "retry":
      return retry(outcome, options, false);
    case "in_doubt":
      return inDoubt(outcome, options);
    case "rate_limited":
      return rateLimited(outcome, options);
    case "auth":
      return { kind: "pause", scope: "connection", possiblySent: false, ...why(outcome) };
    case "misconfigured":
      return { kind: "pause", scope: "subscription", possiblySent: false, ...why(outcome) };
  }
}

/**
 * A target that drops what it has seen, or ends in the same state, may be asked again, and so may one whose account
 * would rather have it twice than not at all. Where one can look, that comes first, whatever the schedule says.
 */
function inDoubt(outcome: Failure, options: DecideOptions): Decision {
  const { repeat, deadlineMs = 0, probe } = options;
  if (repeat.kind === "never" && repeat.inDoubt === "hold") {
    return hold({ reason: "in_doubt", detail: outcome.detail });
  }
  if (repeat.kind !== "probe") return retry(outcome, options, true);
  return queue({
    afterMs: deadlineMs + repeat.visibleAfterMs,
    countsAttempt: probe !== true,
    possiblySent: false,
    keepsDoubt: true,
    ...why(outcome),
  });
}

interface Failure extends Why {
  readonly afterMs?: number;
}

function retry(failure: Failure, options: DecideOptions, possiblySent: boolean): Decision {
  // The breaker decides when the next probe is; the delivery stays at the head of its lane.
  const afterMs =
    options.probe === true
      ? waitMs(0, failure.afterMs)
      : retryAfterMs(options.attempts, { ...options, askedMs: failure.afterMs });
  if (afterMs === undefined) return exhausted(failure, options.attempts, possiblySent);
  // Without a limit of its own, a delivery that waited long for its first try still has its whole schedule.
  const isLimited = options.probe === true || options.maxAgeMs !== undefined;
  if (isLimited && isTooOld(options)) return tooOld(failure, possiblySent);
  return queue({ afterMs, countsAttempt: options.probe !== true, possiblySent, ...why(failure) });
}

function rateLimited(outcome: Extract<Outcome, { kind: "rate_limited" }>, options: DecideOptions): Decision {
  if (isTooOld(options)) return tooOld(outcome, false);
  const afterMs = waitMs(0, outcome.afterMs);
  return queue({
    afterMs,
    countsAttempt: false,
    possiblySent: false,
    ...why(outcome),
    pauseScopeMs: afterMs,
    pauseScope: outcome.scope ?? "connection",
  });
}

/** Back to its lane. */
export function queue(decision: Omit<Extract<Decision, { kind: "retry" }>, "kind">): Decision {
  follow("sending", "retry");
  return { kind: "retry", ...decision };
}

/** For a person. */
export function hold(failure: Why): Decision {
  follow("sending", "hold");
  return { kind: "hold", possiblySent: true, ...why(failure) };
}

export function exhausted(failure: Why, attempts: number, possiblySent: boolean): Decision {
  const tries = attempts === 1 ? "one attempt" : `${attempts} attempts`;
  return {
    kind: "finish",
    state: follow("sending", "exhaust"),
    possiblySent,
    reason: "exhausted",
    detail: `Gave up after ${tries}. The last one: ${failure.detail}`,
  };
}

export function isTooOld(
  options: Pick<DecideOptions, "maxAgeMs" | "scheduleMs" | "retentionMs" | "ageMs" | "sinceResumeMs">,
): boolean {
  const maxAgeMs = options.maxAgeMs ?? defaultMaxAgeMs(options.scheduleMs, options.retentionMs);
  return countedAgeMs(options.ageMs, options.sinceResumeMs) > maxAgeMs;
}

function tooOld(failure: Failure, possiblySent: boolean): Decision {
  return {
    kind: "finish",
    state: follow("sending", "exhaust"),
    possiblySent,
    reason: "too_old",
    detail: `Gave up because it has waited too long. The last answer: ${failure.detail}`,
  };
}

function why({ reason, detail }: Why): Why {
  return { reason, detail };
}
