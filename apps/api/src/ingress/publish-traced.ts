/** Publishes records under a span of their own, whose context they carry to whoever routes them. */
import { EVENTS_TOPIC, type OutgoingRecord } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import type { Services } from "../services.ts";
import { eventRecord, type AcceptedEvent } from "./event-record.ts";

type Publishing = Pick<Services, "bus" | "tracing" | "history">;

/** Resolves when the bus has them. */
export async function publishTraced(
  services: Publishing,
  traceparent: string | undefined,
  events: readonly Omit<AcceptedEvent, "traceparent">[],
): Promise<void> {
  await publishUnderSpan(services, traceparent, (given) =>
    events.map((event) => eventRecord({ ...event, traceparent: given })),
  );
  services.history?.write({ kind: "accepted", events: events.map((each) => formatId("evt", each.id)) });
}

async function publishUnderSpan(
  { bus, tracing }: Publishing,
  traceparent: string | undefined,
  makeRecords: (traceparent: string | undefined) => readonly OutgoingRecord[],
): Promise<void> {
  if (tracing === undefined) return bus.publish(makeRecords(traceparent));
  const span = tracing.start(`publish ${EVENTS_TOPIC}`, {
    kind: "producer",
    parent: traceparent,
    attributes: { "messaging.destination.name": EVENTS_TOPIC, "messaging.operation.type": "send" },
  });
  try {
    const records = makeRecords(span.traceparent);
    span.set({ "messaging.batch.message_count": records.length });
    await bus.publish(records);
    span.end();
  } catch (error) {
    span.end("bus_unavailable");
    throw error;
  }
}
