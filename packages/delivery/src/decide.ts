/**
 * From an attempt's outcome to what happens to the delivery. Pure: the dispatcher runs the
 * attempt and the store keeps the decision.
 */
import type { Outcome, Repeat } from "@stellwerk/connector-kit";
import { retryAfterMs } from "./retry-schedule.ts";

export interface DecideOptions {
  /** Attempts made, this one included. */
  readonly attempts: number;
  readonly scheduleMs: readonly number[];
  readonly repeat: Repeat;
  readonly now: Date;
  readonly random: () => number;
}

/** What becomes of the delivery. `reason` is a stable code, `detail` a sentence for the log. */
export type Decision =
  | { readonly kind: "finish"; readonly state: "delivered" | "skipped" | "dead"; readonly reason?: string; readonly detail?: string }
  | { readonly kind: "retry"; readonly dueAt: Date; readonly countsAttempt: boolean; readonly possiblySent: boolean; readonly reason: string; readonly detail: string }
  | { readonly kind: "hold"; readonly possiblySent: boolean; readonly reason: string; readonly detail: string };
