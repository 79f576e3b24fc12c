/** Publishes records under a span of their own, whose context they carry to whoever routes them. */
import { EVENTS_TOPIC, type OutgoingRecord } from "@stellwerk/bus";
import type { Services } from "../services.ts";

export async function publishTraced(
  { bus, tracing }: Pick<Services, "bus" | "tracing">,
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
