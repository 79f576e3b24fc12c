/** The states of a delivery, as everybody sees them. */

export const DELIVERY_STATES = [
  "queued",
  "sending",
  "held",
  "delivered",
  "skipped",
  "dead",
  "expired",
] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Nothing follows: sending it again makes a new delivery. */
export type FinalState = "delivered" | "skipped" | "dead" | "expired";

const FINAL: ReadonlySet<DeliveryState> = new Set(["delivered", "skipped", "dead", "expired"]);

export function isFinal(state: DeliveryState): state is FinalState {
  return FINAL.has(state);
}
