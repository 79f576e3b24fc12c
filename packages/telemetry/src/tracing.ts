/**
 * Traces by W3C trace context, as the apps see them. Nothing of OpenTelemetry is loaded until an endpoint to send
 * them to is set; without one `openTracing` answers undefined, and a `traceparent` that came in is only passed on.
 */
import type { Log } from "@stellwerk/log";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind: "server" | "producer" | "consumer" | "client";
  /** The `traceparent` to go on from; without one a new trace begins. */
  readonly parent?: string | undefined;
  readonly attributes?: Attributes;
}

export interface Span {
  /** For whatever comes next. */
  readonly traceparent: string;
  set(attributes: Attributes): void;
  /** With a reason code when it failed. */
  end(failure?: string): void;
}

export interface Tracing {
  start(name: string, options: SpanOptions): Span;
  /** Sends what has not been sent yet. */
  stop(): Promise<void>;
}

/** The standard variables that decide whether and what; the exporter reads the others by itself. */
export interface TracingSettings {
  readonly OTEL_SDK_DISABLED?: "true" | "false" | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_PROTOCOL?: "http/json" | "http/protobuf" | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_TRACES_SAMPLER?: SamplerName | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
}

export type SamplerName =
  | "always_on"
  | "always_off"
  | "traceidratio"
  | "parentbased_always_on"
  | "parentbased_always_off"
  | "parentbased_traceidratio";

export async function openTracing(
  settings: TracingSettings,
  { serviceName, log }: { readonly serviceName: string; readonly log: Log },
): Promise<Tracing | undefined> {
  const endpoint = settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined || settings.OTEL_SDK_DISABLED === "true") return undefined;
  const { startOtlpTracing } = await import("./otlp-tracing.ts");
  return startOtlpTracing(settings, { serviceName: settings.OTEL_SERVICE_NAME ?? serviceName, log });
}
