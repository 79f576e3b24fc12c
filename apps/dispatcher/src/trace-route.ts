/** The span of an event from the bus to its commit. What it leads to, on whichever try, goes on from there. */
import { formatId } from "@stellwerk/delivery";
import type { Span, Tracing } from "@stellwerk/telemetry";
import type { IncomingEvent } from "./decode-record.ts";

export interface TracedRoute {
  /** With the traceparents that are stored. */
  readonly events: readonly IncomingEvent[];
  end(failure?: string): void;
}

export function traceRoute(
  tracing: Tracing | undefined,
  topic: string,
  events: readonly IncomingEvent[],
): TracedRoute {
  if (tracing === undefined) return { events, end() {} };
  const spans: Span[] = [];
  const traced = events.map((event) => {
    const span = tracing.start(`route ${topic}`, {
      kind: "consumer",
      parent: event.traceparent ?? undefined,
      attributes: {
        "messaging.destination.name": topic,
        "messaging.operation.type": "process",
        "messaging.message.id": formatId("evt", event.id),
        "stellwerk.event.type": event.type,
      },
    });
    spans.push(span);
    return { ...event, traceparent: span.traceparent };
  });
  return {
    events: traced,
    end: (failure) => {
      for (const span of spans) span.end(failure);
    },
  };
}
