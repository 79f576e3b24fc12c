/**
 * What the api counts; the names are in docs/operate/observability.md. Routes stand as the table has them, never as
 * they were asked for: an address may hold a token.
 */
import { closedSet, OTHER, type Counter, type Histogram, type MetricsRegistry } from "@stellwerk/telemetry";

export interface ApiMetrics {
  /** Durable on the bus and answered so. */
  readonly accepted: Readonly<Record<"hook" | "api", Counter>>;
  /** A body at a hook URL or an item of a batch that was not taken. */
  refused(reason: string): void;
  /** Binds a route; what it answers is called once a request. */
  route(method: string, path: string): (status: number, durationMs: number) => void;
}

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REFUSALS = ["too_large", "media_type", "malformed", "not_an_event", "idempotency_key", "invalid"];
const knownRefusal = closedSet(REFUSALS);

export function createApiMetrics(registry: MetricsRegistry): ApiMetrics {
  const accepted = registry.counter("stellwerk.events.accepted", {
    help: "Events that are durable and were answered with 202, by where they came in.",
  });
  const refused = registry.counter("stellwerk.events.refused", {
    help: "Events that were not taken because of what they are, by reason.",
  });
  const refusals = new Map([...REFUSALS, OTHER].map((reason) => [reason, refused.with({ reason })]));
  const requests = registry.histogram(
    "http.server.request.duration",
    { help: "How long requests took.", unit: "s" },
    REQUEST_SECONDS,
  );
  return {
    accepted: { hook: accepted.with({ via: "hook" }), api: accepted.with({ via: "api" }) },
    refused: (reason) => refusals.get(knownRefusal(reason))?.add(),
    route(method, path) {
      const byStatus = new Map<number, Histogram>();
      return (status, durationMs) => {
        let series = byStatus.get(status);
        if (series === undefined) {
          series = requests.with({
            "http.request.method": method,
            "http.route": path,
            "http.response.status_code": String(status),
          });
          byStatus.set(status, series);
        }
        series.record(durationMs / 1_000);
      };
    },
  };
}
