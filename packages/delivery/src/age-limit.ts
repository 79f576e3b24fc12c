/**
 * Age limit: when a delivery ends although it never used up its schedule, because its target only ever asked it
 * to wait, or because it only ever was the probe of an open breaker.
 */

const DAY_MS = 86_400_000;

/**
 * With the default schedule, 76 h, this makes 5 days and 19 h: a target is stopped after 5 days of nothing but
 * failure, and what waits for it must not end before that.
 */
const SLACK_MS = 2 * DAY_MS;

/** The schedule's longest possible jitter. */
const LONGEST_STEP = 1.2;

/** @example defaultMaxAgeMs(DEFAULT_SCHEDULE_MS, 30 * DAY) // 5 days and 19 hours */
export function defaultMaxAgeMs(
  scheduleMs: readonly number[],
  retentionMs: number = Number.POSITIVE_INFINITY,
): number {
  const schedule = scheduleMs.reduce((total, each) => total + each, 0);
  return Math.min(schedule * LONGEST_STEP + SLACK_MS, retentionMs);
}

/**
 * The age that counts. Time in which nobody tried does not: it begins anew when the target is resumed, so that
 * what waited out a long pause is not ended by the first answer after it.
 */
export function countedAgeMs(ageMs: number, sinceResumeMs: number | undefined): number {
  return sinceResumeMs === undefined ? ageMs : Math.min(ageMs, sinceResumeMs);
}
