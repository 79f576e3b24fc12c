/** A decision as the store keeps it. */
import type { AttemptResult, Repeat } from "@stellwerk/connector-kit";
import { newUuid, type Decision } from "@stellwerk/delivery";
import type { AttemptRecord, ClaimedDelivery, DeliveryOutcome } from "@stellwerk/store";

/** Before a paused target's delivery is looked at again: by then its lane knows of the pause. */
const PAUSED_MS = 1_000;

export const SUBSCRIPTION_DELETED: Decision = {
  kind: "finish",
  state: "dead",
  possiblySent: false,
  reason: "subscription_deleted",
  detail: "The subscription was deleted while this delivery waited",
};

export const EVENT_GONE: Decision = {
  kind: "finish",
  state: "dead",
  possiblySent: false,
  reason: "event_gone",
  detail: "The event is past its retention and was dropped before this delivery could be sent",
};

/** Nothing left this process, so repeating is safe whatever the action. */
export const NOTHING_SENT: Repeat = { kind: "natural", because: "nothing was sent" };

/** `result` is null when it came to no attempt. */
export function outcomeOf(
  delivery: ClaimedDelivery,
  result: AttemptResult | null,
  decision: Decision,
): DeliveryOutcome {
  const counts = decision.kind !== "pause" && (decision.kind !== "retry" || decision.countsAttempt);
  const attempted = result !== null || decision.kind === "retry";
  return {
    deliveryId: delivery.deliveryId,
    partition: delivery.partition,
    epoch: delivery.epoch,
    state: decision.kind === "finish" ? decision.state : null,
    held: decision.kind === "hold",
    retryInMs: retryInMsOf(decision),
    attempts: delivery.attempts + (attempted && counts ? 1 : 0),
    possiblySent: decision.possiblySent,
    reason: decision.reason,
    detail: decision.detail,
    attempt: result === null ? null : attemptRecord(delivery, result),
  };
}

function attemptRecord(delivery: ClaimedDelivery, { outcome, ...result }: AttemptResult): AttemptRecord {
  return {
    id: newUuid(),
    number: delivery.attempts + 1,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    outcome: outcome.kind,
    reason: outcome.kind === "delivered" ? null : outcome.reason,
    detail: outcome.kind === "delivered" ? outcome.summary.en : outcome.detail,
    request: result.request ?? null,
    reply: result.reply ?? null,
  };
}

function retryInMsOf(decision: Decision): number {
  if (decision.kind === "retry") return decision.afterMs;
  return decision.kind === "pause" ? PAUSED_MS : 0;
}
