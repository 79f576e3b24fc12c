/** What the bus tells us of its writes, counted: what `openBus` of @stellwerk/bus takes as its `watch`. */
import type { MetricsRegistry } from "./metrics-registry.ts";

const WRITE_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export interface BusWrites {
  wrote(records: number, durationMs: number): void;
  writeFailed(): void;
}

export function countBusWrites(registry: MetricsRegistry): BusWrites {
  const published = registry
    .counter("stellwerk.bus.published", { help: "Records that the bus took durably." })
    .with();
  const failures = registry
    .counter("stellwerk.bus.write.failures", { help: "Writes to the bus that failed and were tried again." })
    .with();
  const duration = registry
    .histogram(
      "stellwerk.bus.write.duration",
      { help: "How long one write to the bus took; it carries what arrived meanwhile.", unit: "s" },
      WRITE_SECONDS,
    )
    .with();
  return {
    wrote(records, durationMs) {
      published.add(records);
      duration.record(durationMs / 1_000);
    },
    writeFailed: () => failures.add(),
  };
}
