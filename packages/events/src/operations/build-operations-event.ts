/** Makes an operations event: its sentence from its parts, held against its schema. */
import type { z } from "zod";
import { buildKnown } from "../types/build-known.ts";
import type { LocalisedText } from "../types/described.ts";
import { inShapeOrder } from "../types/shape-order.ts";
import {
  breakerClosedMessage,
  breakerOpenedMessage,
  connectionBrokenMessage,
  deliveryExhaustedMessage,
  deliveryExpiredMessage,
  deliveryFailingMessage,
  deliveryHeldMessage,
  sourceSilentMessage,
  subscriptionFailingMessage,
  subscriptionStoppedMessage,
} from "./operations-messages.ts";
import type { MessageParts } from "./operations-messages.ts";
import { everyOperationsField } from "./operations-shape.ts";
import { operationsEventTypes } from "./operations-types.ts";

export type OperationsEventType = (typeof operationsEventTypes)[number];
export type OperationsEventName = OperationsEventType["name"];

/** One of the ten, told apart by `event`. */
export type OperationsEvent = z.infer<OperationsEventType["schema"]>;

interface Parts {
  readonly delivery?: {
    readonly id: string;
    readonly eventId: string;
    readonly eventType: string;
    readonly subject: string | null;
  };
  /** A code; `stellwerk.subscription_stopped` has gone, failing or misconfigured. */
  readonly reason: string;
  /** For people; may be empty. */
  readonly detail: string;
  readonly fix?: LocalisedText;
  /** RFC 3339, as are the other two. */
  readonly since?: string;
  readonly nextProbeAt?: string;
  readonly stopsAt?: string;
}

interface NamedSubscription {
  readonly id: string;
  readonly name: string;
}
interface NamedSource extends NamedSubscription {
  readonly kind: string;
}
interface NamedConnection extends NamedSubscription {
  readonly connector: string;
}

export type OperationsEventInput =
  | (Parts & {
      readonly event: Exclude<OperationsEventName, "stellwerk.connection_broken" | "stellwerk.source_silent">;
      readonly subscription: NamedSubscription;
      readonly connection?: NamedConnection;
    })
  | (Parts & {
      readonly event: "stellwerk.connection_broken";
      readonly subscription?: NamedSubscription;
      readonly connection: NamedConnection;
    })
  | (Parts & { readonly event: "stellwerk.source_silent"; readonly source: NamedSource });

const messageOf: Record<OperationsEventName, (parts: MessageParts) => LocalisedText> = {
  "stellwerk.delivery_failing": deliveryFailingMessage,
  "stellwerk.delivery_exhausted": deliveryExhaustedMessage,
  "stellwerk.delivery_held": deliveryHeldMessage,
  "stellwerk.delivery_expired": deliveryExpiredMessage,
  "stellwerk.subscription_failing": subscriptionFailingMessage,
  "stellwerk.subscription_stopped": subscriptionStoppedMessage,
  "stellwerk.breaker_opened": breakerOpenedMessage,
  "stellwerk.breaker_closed": breakerClosedMessage,
  "stellwerk.connection_broken": connectionBrokenMessage,
  "stellwerk.source_silent": sourceSilentMessage,
};

/**
 * Ids are the public ones, `sub_…`: the event leaves the house.
 *
 * @example
 * const event = buildOperationsEvent({
 *   event: "stellwerk.breaker_opened",
 *   subscription: { id: "sub_01kaqs9w8qf3vsm2r9j5yte4hg", name: "Launches to Slack" },
 *   reason: "timeout",
 *   detail: "The target did not answer within 15 s.",
 * });
 * event.message.en // "The target of “Launches to Slack” keeps failing, so its deliveries wait: The target did not …"
 */
export function buildOperationsEvent(input: OperationsEventInput): OperationsEvent {
  const type = operationsEventTypes.find(({ name }) => name === input.event);
  if (type === undefined) throw new TypeError(`No operations event is called ${input.event}`);
  return buildKnown(type, () => {
    const message = messageOf[input.event]({ ...input, name: concerned(input).name });
    return {
      event: input.event,
      ...inShapeOrder(everyOperationsField, { ...input, message }),
    } as OperationsEvent;
  });
}

/**
 * What the event is about, and its ordering key.
 *
 * @example
 * operationsSubjectOf(event) // "subscription/sub_01kaqs9w8qf3vsm2r9j5yte4hg"
 */
export function operationsSubjectOf(event: OperationsEventInput | OperationsEvent): string {
  return `${kindOf(event)}/${concerned(event).id}`;
}

function kindOf({ event }: Pick<OperationsEventInput, "event">): "connection" | "source" | "subscription" {
  if (event === "stellwerk.connection_broken") return "connection";
  return event === "stellwerk.source_silent" ? "source" : "subscription";
}

function concerned(event: OperationsEventInput | OperationsEvent): NamedSubscription {
  if (event.event === "stellwerk.connection_broken") return event.connection;
  return event.event === "stellwerk.source_silent" ? event.source : event.subscription;
}
