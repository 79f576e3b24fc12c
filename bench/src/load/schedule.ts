/**
 * When each event is due: evenly spaced, fixed before the first one is sent.
 * Latencies count from these times, so a stall that delays the sending itself is seen (no coordinated omission).
 */
export interface Schedule {
  /** Events per second. */
  readonly rate: number;
  readonly count: number;
}

export function planSchedule(rate: number, seconds: number): Schedule {
  return { rate, count: Math.max(1, Math.round(rate * seconds)) };
}

/** Milliseconds after the start at which event `index` is due; the first one is due at once. */
export function dueAtMs(schedule: Schedule, index: number): number {
  return (index * 1_000) / schedule.rate;
}

/** How many events are due `elapsedMs` after the start. */
export function countDue(schedule: Schedule, elapsedMs: number): number {
  if (elapsedMs < 0) return 0;
  return Math.min(schedule.count, Math.floor((elapsedMs * schedule.rate) / 1_000 + ROUNDING) + 1);
}

/** An event is due *at* its time: `index * 1000 / rate * rate / 1000` may come out a hair below `index`. */
const ROUNDING = 1e-9;
