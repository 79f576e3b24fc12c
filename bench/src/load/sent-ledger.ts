/** What the load generator knows about each event it was to send. Times are of the monotonic clock, in ms. */
import type { Schedule } from "./schedule.ts";

/** In `status` beside HTTP's own codes. */
export const NOT_SENT = 0;
export const NO_ANSWER = 1;

export interface SentLedger {
  readonly schedule: Schedule;
  /** `website.id` counts on from here. */
  readonly firstSequence: number;
  readonly startedAt: number;
  /** Per event: when it really left; 0 when it was not sent. */
  readonly sentAt: Float64Array;
  /** Per event: when the answer was complete; 0 without one. */
  readonly answeredAt: Float64Array;
  /** Per event: the answer's HTTP status, NOT_SENT or NO_ANSWER. */
  readonly status: Uint16Array;
}

export function emptyLedger(schedule: Schedule, firstSequence: number, startedAt: number): SentLedger {
  return {
    schedule,
    firstSequence,
    startedAt,
    sentAt: new Float64Array(schedule.count),
    answeredAt: new Float64Array(schedule.count),
    status: new Uint16Array(schedule.count),
  };
}
