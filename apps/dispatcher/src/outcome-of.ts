/** A decision as the store keeps it. */
import type { AttemptResult, ProbeResult, Repeat } from "@stellwerk/connector-kit";
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

/** Stopped on our side before anything of it left. */
export const NEVER_LEFT: Decision = {
  kind: "retry",
  afterMs: 0,
  countsAttempt: false,
  possiblySent: false,
  reason: "aborted",
  detail: "The attempt was stopped on our side before it began",
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
    ...decided(delivery, decision),
    attempts: delivery.attempts + (attempted && counts ? 1 : 0),
    // Without an attempt nothing is known better than before.
    keepsStart: result === null || keepsDoubt(decision),
    possiblySent: decision.possiblySent || (result === null && isInDoubt(delivery)),
    attempt: result === null ? null : attemptRecord(delivery, result),
  };
}

/** A look is in the log beside the attempts, under the number of the next one, and counts as none. */
export function outcomeOfLook(
  delivery: ClaimedDelivery,
  { probed, unasked, ...result }: ProbeResult,
  decision: Decision,
): DeliveryOutcome {
  return {
    ...decided(delivery, decision),
    attempts: delivery.attempts,
    keepsStart: keepsDoubt(decision),
    possiblySent: decision.possiblySent,
    attempt: {
      ...calledAs(delivery, result),
      outcome: "probed",
      reason: unasked?.reason ?? probed.kind,
      detail: decision.detail,
    },
  };
}

/** Was it started without anybody knowing how it ended? */
export function isInDoubt({ startedAt }: ClaimedDelivery): boolean {
  return startedAt !== null;
}

function keepsDoubt(decision: Decision): boolean {
  return decision.kind === "retry" && decision.keepsDoubt === true;
}

function decided({ deliveryId, partition, epoch }: ClaimedDelivery, decision: Decision) {
  return {
    deliveryId,
    partition,
    epoch,
    state: decision.kind === "finish" ? decision.state : null,
    held: decision.kind === "hold",
    retryInMs: retryInMsOf(decision),
    reason: decision.reason,
    detail: decision.detail,
  };
}

function attemptRecord(delivery: ClaimedDelivery, { outcome, ...result }: AttemptResult): AttemptRecord {
  return {
    ...calledAs(delivery, result),
    outcome: outcome.kind,
    reason: outcome.kind === "delivered" ? null : outcome.reason,
    detail: outcome.kind === "delivered" ? outcome.summary.en : outcome.detail,
  };
}

function calledAs(delivery: ClaimedDelivery, result: Omit<AttemptResult, "outcome">) {
  return {
    id: newUuid(),
    number: delivery.attempts + 1,
    startedAt: result.startedAt,
    durationMs: result.durationMs,
    request: result.request ?? null,
    reply: result.reply ?? null,
  };
}

function retryInMsOf(decision: Decision): number {
  if (decision.kind === "retry") return decision.afterMs;
  return decision.kind === "pause" ? PAUSED_MS : 0;
}
