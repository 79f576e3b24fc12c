/** Everything that watches a process, as its settings say. Made once in main.ts and passed along. */
import type { Log } from "@stellwerk/log";
import { MetricsRegistry } from "./metrics-registry.ts";
import { registerProcessMetrics } from "./process-metrics.ts";
import { MetricsReader } from "./read-prometheus.ts";
import { openTracing, type Tracing, type TracingSettings } from "./tracing.ts";

export interface TelemetrySettings extends TracingSettings {
  readonly STELLWERK_METRICS: "on" | "off";
  readonly STELLWERK_METRICS_TOKEN?: string | undefined;
}

export interface Telemetry {
  readonly registry: MetricsRegistry;
  /** Undefined: metrics are off. */
  readonly reader: MetricsReader | undefined;
  /** Who sends it may read the metrics; undefined: programs on this machine. */
  readonly metricsToken: string | undefined;
  /** Undefined: no traces are made. */
  readonly tracing: Tracing | undefined;
  stop(): Promise<void>;
}

/** Counts nothing and traces nothing: for tests and tools. */
export const noTelemetry: Telemetry = {
  registry: new MetricsRegistry({ isOn: false }),
  reader: undefined,
  metricsToken: undefined,
  tracing: undefined,
  stop: () => Promise.resolve(),
};

/**
 * @example
 * const telemetry = await openTelemetry(config, { serviceName: "stellwerk-api", log });
 */
export async function openTelemetry(
  settings: TelemetrySettings,
  { serviceName, log }: { readonly serviceName: string; readonly log: Log },
): Promise<Telemetry> {
  const isOn = settings.STELLWERK_METRICS === "on";
  const registry = new MetricsRegistry({ isOn });
  registerProcessMetrics(registry);
  const tracing = await openTracing(settings, { serviceName, log });
  const name = settings.OTEL_SERVICE_NAME ?? serviceName;
  return {
    registry,
    reader: isOn ? new MetricsReader({ registry, serviceName: name }) : undefined,
    metricsToken: settings.STELLWERK_METRICS_TOKEN,
    tracing,
    stop: () => tracing?.stop() ?? Promise.resolve(),
  };
}
