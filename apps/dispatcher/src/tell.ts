/**
 * Operations events: what the dispatcher tells an account about its deliveries and targets. Alerts are ordinary
 * subscriptions to them; about the deliveries of those nothing is told, so that no alert causes the next one.
 */
import { formatId, newUuid, type BreakerChange, type Decision } from "@stellwerk/delivery";
import {
  buildOperationsEvent,
  isOperationsType,
  operationsSubjectOf,
  type OperationsEventInput,
} from "@stellwerk/events";
import type { ClaimedDelivery, ExpiredDeliveries, OperationsEvent, SilentSource } from "@stellwerk/store";
import type { Target } from "./targets.ts";

/** After so many failed attempts people hear of a delivery that is still being tried. */
const FAILING_ATTEMPTS = 4;

type Told = Pick<ClaimedDelivery, "accountId" | "partition">;

function isOperationsDelivery(delivery: ClaimedDelivery): boolean {
  return isOperationsType(delivery.event.type);
}

/** What an attempt's decision is worth telling; `attempts` that count, this one included. */
export function tellOfDecision(
  delivery: ClaimedDelivery,
  target: Target,
  decision: Decision,
  attempts: number,
): OperationsEvent[] {
  if (isOperationsDelivery(delivery)) return [];
  // Made only when something is told: on the path of every delivery.
  const about = () => ({ ...named(target), delivery: publicDelivery(delivery) });
  if (decision.kind === "retry" && decision.countsAttempt && attempts === FAILING_ATTEMPTS) {
    const { reason, detail } = decision;
    return [operationsEvent(delivery, { event: "stellwerk.delivery_failing", ...about(), reason, detail })];
  }
  if (decision.kind === "hold") {
    const { reason, detail } = decision;
    return [operationsEvent(delivery, { event: "stellwerk.delivery_held", ...about(), reason, detail })];
  }
  if (decision.kind === "finish" && (decision.reason === "exhausted" || decision.reason === "too_old")) {
    const { reason, detail } = decision;
    return [operationsEvent(delivery, { event: "stellwerk.delivery_exhausted", ...about(), reason, detail })];
  }
  return [];
}

/** What a breaker's change is worth telling; that it gives up is told with the stop (see `tellOfPause`). */
export function tellOfBreaker(
  delivery: ClaimedDelivery,
  target: Target,
  change: BreakerChange,
  why: { readonly reason: string; readonly detail: string },
): OperationsEvent | undefined {
  if (isOperationsDelivery(delivery)) return undefined;
  const about = named(target);
  switch (change.kind) {
    case "opened":
      return operationsEvent(delivery, {
        event: "stellwerk.breaker_opened",
        ...about,
        ...why,
        since: time(change.failingSinceMs),
        nextProbeAt: time(change.probeAtMs),
      });
    case "closed":
      return operationsEvent(delivery, {
        event: "stellwerk.breaker_closed",
        ...about,
        reason: "delivered",
        detail: "",
        since: time(change.openedAtMs),
      });
    case "warning":
      return operationsEvent(delivery, {
        event: "stellwerk.subscription_failing",
        ...about,
        ...why,
        since: time(change.failingSinceMs),
        stopsAt: time(change.stopAtMs),
      });
    case "stop":
      return undefined;
  }
}

/** Told in the transaction that pauses. */
export function tellOfPause(
  delivery: ClaimedDelivery,
  target: Target,
  pause: { readonly of: "subscription" | "connection"; readonly reason: string; readonly detail: string },
): OperationsEvent[] {
  if (isOperationsDelivery(delivery)) return [];
  const { subscription, connection } = named(target);
  const { reason, detail } = pause;
  if (pause.of === "subscription") {
    const about = { subscription, ...(connection === undefined ? {} : { connection }) };
    return [operationsEvent(delivery, { event: "stellwerk.subscription_stopped", ...about, reason, detail })];
  }
  if (connection === undefined) return [];
  return [
    operationsEvent(delivery, {
      event: "stellwerk.connection_broken",
      connection,
      subscription,
      reason,
      detail,
    }),
  ];
}

/** What ended because it waited for its whole retention. */
export function tellOfExpiry(expired: ExpiredDeliveries): OperationsEvent {
  return operationsEvent(expired, {
    event: "stellwerk.delivery_expired",
    subscription: { id: formatId("sub", expired.subscriptionId), name: expired.name },
    reason: "expired",
    detail: expired.count === 1 ? "One delivery" : `${expired.count} deliveries`,
  });
}

const HOUR_MS = 3_600_000;

export function tellOfSilence(silent: SilentSource): OperationsEvent {
  const hours = Math.ceil(silent.longestGapMs / HOUR_MS);
  return operationsEvent(silent, {
    event: "stellwerk.source_silent",
    source: { id: formatId("src", silent.sourceId), name: silent.name, kind: silent.kind },
    reason: "silent",
    detail: `Until then there were never more than ${hours} hours between two events`,
    fix: LOOK_AT_THE_HOOK,
    since: time(silent.lastEventAt.getTime()),
  });
}

const LOOK_AT_THE_HOOK = {
  en: "Look in the platform's settings whether the source's hook URL is still there.",
  de: "Sieh in den Einstellungen der Plattform nach, ob die Hook-URL der Quelle dort noch eingetragen ist.",
};

function operationsEvent({ accountId, partition }: Told, input: OperationsEventInput): OperationsEvent {
  const data = buildOperationsEvent(input);
  return {
    id: newUuid(),
    accountId,
    partition,
    type: input.event,
    subject: operationsSubjectOf(input),
    data,
  };
}

function named({ subscriptionId, subscription, connection }: Target) {
  return {
    subscription: { id: formatId("sub", subscriptionId), name: subscription.name },
    ...(connection === undefined
      ? {}
      : {
          connection: {
            id: formatId("con", connection.id),
            name: connection.name,
            connector: connection.connector,
          },
        }),
  };
}

function publicDelivery({ deliveryId, event }: ClaimedDelivery) {
  return {
    id: formatId("dlv", deliveryId),
    eventId: formatId("evt", event.id),
    eventType: event.type,
    subject: event.subject,
  };
}

function time(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
