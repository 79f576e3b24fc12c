/** What an attempt says about its target's health, for its lane's breaker and concurrency. */
import type { Outcome } from "@stellwerk/connector-kit";

/**
 * `success`: the target works, whatever it thinks of this delivery. `failure`: it answered that it does not, or
 * cannot be reached. `timeout`: it held a slot for a whole deadline. `neutral`: nothing about its health.
 */
export type LaneResult = "success" | "failure" | "timeout" | "neutral";

/** Our own mistakes and ends: the target had no part in them. */
const OURS: ReadonlySet<string> = new Set([
  "aborted",
  "closed",
  "connector_error",
  "internal_error",
  "invalid_request",
]);

export function laneResultOf(outcome: Outcome): LaneResult {
  switch (outcome.kind) {
    case "delivered":
    case "skipped":
      return "success";
    case "rejected":
      return outcome.stop === undefined && !OURS.has(outcome.reason) ? "success" : "neutral";
    case "retry":
    case "in_doubt":
      if (OURS.has(outcome.reason)) return "neutral";
      return outcome.reason === "timeout" ? "timeout" : "failure";
    // Asked to wait or to be mended: the pause answers that, not the breaker.
    case "rate_limited":
    case "auth":
    case "misconfigured":
      return "neutral";
  }
}
