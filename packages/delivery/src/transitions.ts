/**
 * Every change a delivery can go through, in one table. `sending`, and the `held` of a paused target, are not
 * written on the delivery: they follow from its claim and from its target. They stand here all the same, because
 * they are what people see.
 */
import { IllegalTransitionError } from "./errors.ts";
import type { DeliveryState } from "./states.ts";

/**
 * What becomes of the reason: `required`: the event brings one; `cleared`: there is nothing to explain;
 * `kept`: why it waited before is still the news, or nothing was.
 */
export type ReasonRule = "required" | "cleared" | "kept";

export interface Transition {
  readonly from: DeliveryState;
  readonly event: string;
  readonly to: DeliveryState;
  readonly reason: ReasonRule;
}

export const TRANSITIONS = [
  // A place in its lane became free, and its time has come.
  { from: "queued", event: "start", to: "sending", reason: "kept" },

  // What an attempt brings.
  { from: "sending", event: "deliver", to: "delivered", reason: "cleared" },
  // It was in doubt, and the target has it.
  { from: "sending", event: "find", to: "delivered", reason: "required" },
  { from: "sending", event: "skip", to: "skipped", reason: "required" },
  { from: "sending", event: "reject", to: "dead", reason: "required" },
  { from: "sending", event: "exhaust", to: "dead", reason: "required" },
  { from: "sending", event: "retry", to: "queued", reason: "required" },
  { from: "sending", event: "hold", to: "held", reason: "required" },
  { from: "sending", event: "pause", to: "held", reason: "required" },
  // Its process ended, or gave it back unstarted: it waits again, marked possibly sent if it was started.
  { from: "sending", event: "release", to: "queued", reason: "kept" },

  // The target is paused, and goes on: nothing is written on the delivery.
  { from: "queued", event: "pause", to: "held", reason: "required" },
  { from: "held", event: "resume", to: "queued", reason: "kept" },
  // What a paused target's deliveries become when they are not all to be caught up.
  { from: "queued", event: "supersede", to: "skipped", reason: "required" },
  { from: "held", event: "supersede", to: "skipped", reason: "required" },

  // Doubt that a person must settle: known at once after a restored backup, or after an attempt.
  { from: "queued", event: "hold", to: "held", reason: "required" },
  { from: "held", event: "settle_delivered", to: "delivered", reason: "required" },
  { from: "held", event: "settle_send", to: "queued", reason: "required" },

  // A person drops it, or there is nobody left to send it to.
  { from: "queued", event: "drop", to: "dead", reason: "required" },
  { from: "held", event: "drop", to: "dead", reason: "required" },
  { from: "sending", event: "drop", to: "dead", reason: "required" },

  // Its event is about to be deleted.
  { from: "queued", event: "expire", to: "expired", reason: "required" },
  { from: "held", event: "expire", to: "expired", reason: "required" },
] as const satisfies readonly Transition[];

export type DeliveryEvent = (typeof TRANSITIONS)[number]["event"];

type Found<F extends DeliveryState, E extends DeliveryEvent> = Extract<
  (typeof TRANSITIONS)[number],
  { readonly from: F; readonly event: E }
>;

const BY_FROM_AND_EVENT = new Map<string, Transition>(
  TRANSITIONS.map((each) => [`${each.from} ${each.event}`, each]),
);

/** Undefined: this cannot happen to a delivery in this state. */
export function findTransition(from: DeliveryState, event: DeliveryEvent): Transition | undefined {
  return BY_FROM_AND_EVENT.get(`${from} ${event}`);
}

/**
 * The state that follows.
 *
 * @example
 * follow("sending", "retry") // "queued"
 * @throws IllegalTransitionError: a bug, the caller acts on a delivery that is not what it believes.
 */
export function follow<F extends DeliveryState, E extends DeliveryEvent>(
  from: F,
  event: E,
): Found<F, E>["to"] {
  const found = findTransition(from, event);
  if (found === undefined) throw new IllegalTransitionError(from, event);
  return found.to as Found<F, E>["to"];
}
