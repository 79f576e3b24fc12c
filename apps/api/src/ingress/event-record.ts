/** From an accepted event to its record on the bus: a CloudEvents message, its value the bytes as they came. */
import { EVENTS_TOPIC, type OutgoingRecord } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import { encodeHeaders, schemaIdOf } from "@stellwerk/events";
import type { Origin } from "./origin.ts";

export interface AcceptedEvent {
  readonly id: string;
  readonly origin: Origin;
  readonly type: string;
  readonly subject: string | undefined;
  readonly time: Date;
  readonly contentType: string;
  readonly traceparent: string | undefined;
  readonly value: Uint8Array;
}

export function eventRecord(event: AcceptedEvent): OutgoingRecord {
  return {
    topic: EVENTS_TOPIC,
    key: event.origin.account,
    value: event.value,
    headers: encodeHeaders({
      id: formatId("evt", event.id),
      source: event.origin.path,
      type: event.type,
      subject: event.subject,
      time: event.time.toISOString(),
      dataSchema: schemaIdOf(event.type),
      accountId: event.origin.account,
      traceparent: event.traceparent,
      contentType: event.contentType,
    }),
  };
}
