/**
 * Retry schedule: when a failed delivery is tried again, and when we give up.
 * Pure; the dispatcher supplies the clock and the randomness.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits before the second, third, … attempt, in milliseconds: three days and a bit in all. */
export const DEFAULT_SCHEDULE_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Spread so that endpoints failing together are not retried together. */
const JITTER = 0.2;

/** A target may ask for more patience than the schedule has, but not for ever. */
const MAX_ASKED_MS = 24 * HOUR;

/** No wait is shorter, whatever a schedule or a target says: a retry at once would hit a target that has just failed. */
const MIN_WAIT_MS = SECOND;

export interface RetryOptions {
  /** Waits in milliseconds; the length is the number of retries. */
  readonly scheduleMs: readonly number[];
  /** In [0, 1). */
  readonly random: () => number;
  /** What the target asked for (`Retry-After`), in milliseconds. */
  readonly askedMs?: number | undefined;
}

/**
 * Milliseconds to wait after attempt number `attempts` (1 is the first), or undefined to give up.
 *
 * A wait the target asked for wins when it is longer but never shortens the schedule:
 * an endpoint that asks for 0 s would otherwise be hit in a tight loop.
 *
 * @example
 * retryAfterMs(1, { scheduleMs: DEFAULT_SCHEDULE_MS, random: () => 0.5 }) // 5000
 */
export function retryAfterMs(attempts: number, options: RetryOptions): number | undefined {
  const step = options.scheduleMs[attempts - 1];
  if (step === undefined) return undefined;
  const jittered = step * (1 - JITTER + 2 * JITTER * options.random());
  return waitMs(jittered, options.askedMs);
}

/** The longer of our own wait and the one the target asked for, within bounds. */
export function waitMs(ownMs: number, askedMs: number | undefined): number {
  return Math.round(Math.max(ownMs, Math.min(askedMs ?? 0, MAX_ASKED_MS), MIN_WAIT_MS));
}
