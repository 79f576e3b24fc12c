/**
 * Doubt: an attempt was started, and nobody knows whether it arrived. What is done about it before anything is sent
 * again, by the action's way of repeating. Pure.
 */
import type { Probed, Repeat } from "@stellwerk/connector-kit";
import { exhausted, hold, isTooOld, queue, type DecideOptions, type Decision } from "./decide.ts";
import { retryAfterMs } from "./retry-schedule.ts";
import { follow } from "./transitions.ts";

export interface Doubt {
  readonly repeat: Repeat;
  /** Since the attempt was marked as started. */
  readonly startedAgoMs: number;
  /** How long an attempt may take. */
  readonly deadlineMs: number;
}

export type Settling =
  /** Again, and marked possibly sent. */
  | { readonly kind: "send" }
  /** The target is asked; then `decideProbed`. */
  | { readonly kind: "look" }
  /** Not yet, or a person must. */
  | Decision;

const UNKNOWN = {
  reason: "in_doubt",
  detail: "It was started, and how it ended is not known: our process ended, or its answer was lost",
};

/**
 * What to do with a delivery in doubt that has its turn.
 *
 * @example
 * settleDoubt({ repeat: never({ inDoubt: "hold" }), startedAgoMs: 60_000, deadlineMs: 15_000 }) // { kind: "hold", … }
 */
export function settleDoubt({ repeat, startedAgoMs, deadlineMs }: Doubt): Settling {
  switch (repeat.kind) {
    case "natural":
    case "key":
      return { kind: "send" };
    case "never":
      return repeat.inDoubt === "resend" ? { kind: "send" } : hold(UNKNOWN);
    case "probe": {
      // A process that was frozen in its call may finish that one call: looking sooner could miss it.
      const leftMs = deadlineMs + repeat.visibleAfterMs - startedAgoMs;
      if (leftMs <= 0) return { kind: "look" };
      return queue({
        afterMs: leftMs,
        countsAttempt: false,
        possiblySent: false,
        keepsDoubt: true,
        ...UNKNOWN,
      });
    }
  }
}

/** As the kit answers it (`ProbeResult`). */
export interface LookedFor {
  readonly probed: Probed;
  /** Nobody could be asked. */
  readonly unasked?:
    | { readonly reason: string; readonly detail: string; readonly afterMs?: number }
    | undefined;
}

/** The first look again comes after this long, the later ones ever later. */
const SHORTEST_LOOK_MS = 5_000;
const LONGEST_LOOK_MS = 15 * 60_000;

const ABSENT = {
  reason: "absent",
  detail: "It was looked for at the target and is not there, so it is sent again",
};

/** What was seen. `attempts` are those that were recorded; a look is none. */
export function decideProbed(
  { probed, unasked }: LookedFor,
  options: DecideOptions & Pick<Doubt, "startedAgoMs">,
): Decision {
  switch (probed.kind) {
    case "found":
      return {
        kind: "finish",
        state: follow("sending", "find"),
        possiblySent: false,
        reason: "found",
        detail: probed.summary.en,
      };
    case "absent":
      return sendAgain(ABSENT, options, false);
    case "unknown": {
      // By the age of the doubt: a delivery that waited out a long pause is looked for as long as any other.
      const { startedAgoMs } = options;
      if (unasked !== undefined && !isTooOld({ ...options, ageMs: startedAgoMs }))
        return lookAgain(unasked, options);
      const failure = { reason: "in_doubt", detail: probed.detail };
      const { repeat } = options;
      const mayRepeat = repeat.kind !== "probe" || repeat.inDoubt === "resend";
      return mayRepeat ? sendAgain(failure, options, true) : hold(failure);
    }
  }
}

/** When its schedule would have tried it again, had the doubt not come between. */
function sendAgain(
  why: { readonly reason: string; readonly detail: string },
  options: DecideOptions & Pick<Doubt, "startedAgoMs">,
  possiblySent: boolean,
): Decision {
  const { attempts, startedAgoMs } = options;
  const stepMs = attempts === 0 ? 0 : retryAfterMs(attempts, options);
  if (stepMs === undefined) return exhausted(why, attempts, possiblySent);
  return queue({ afterMs: Math.max(0, stepMs - startedAgoMs), countsAttempt: false, possiblySent, ...why });
}

function lookAgain(
  { reason, detail, afterMs = 0 }: NonNullable<LookedFor["unasked"]>,
  { startedAgoMs, random }: DecideOptions & Pick<Doubt, "startedAgoMs">,
): Decision {
  // Half of how long it has been in doubt: that grows by itself, and needs no count of looks.
  const waitMs = Math.min(Math.max(startedAgoMs / 2, SHORTEST_LOOK_MS), LONGEST_LOOK_MS);
  return queue({
    afterMs: Math.max(afterMs, waitMs * (0.8 + 0.4 * random())),
    countsAttempt: false,
    possiblySent: false,
    keepsDoubt: true,
    reason,
    detail,
  });
}
