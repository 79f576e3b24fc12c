/** What a connector remembers belongs to a connection and the subject of the event. */
import type { AttemptResult } from "@stellwerk/connector-kit";
import type { ClaimedDelivery, DeliveryOutcome, RememberedPlace } from "@stellwerk/store";
import type { Target } from "./targets.ts";

export function rememberedPlace(
  { accountId, event }: ClaimedDelivery,
  { connectionId }: Target,
): RememberedPlace {
  // An event about nothing in particular shares nothing with others.
  return { accountId, connectionId, subject: event.subject ?? `event/${event.id}` };
}

/** Together with the attempt, so that neither is written without the other. */
export function remembering(
  outcome: DeliveryOutcome,
  delivery: ClaimedDelivery,
  target: Target,
  { remember }: Pick<AttemptResult, "remember">,
): DeliveryOutcome {
  if (remember === undefined || outcome.attempt === null) return outcome;
  const place = rememberedPlace(delivery, target);
  return { ...outcome, attempt: { ...outcome.attempt, remember: { ...place, values: remember } } };
}
