/**
 * Spans through OpenTelemetry's SDK, sent over OTLP/HTTP. Loaded by `openTracing` alone.
 *
 * The exporter reads `OTEL_EXPORTER_OTLP_*` by itself and goes where the operator says, inside the operator's own
 * network as a rule: not through the guarded client, whose rules are for addresses that accounts enter.
 */
import { diag, DiagLogLevel, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Span as SdkSpan } from "@opentelemetry/api";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type Sampler,
  type SpanExporter,
} from "@opentelemetry/sdk-trace";
import type { Log } from "@stellwerk/log";
import { readTraceparent, writeTraceparent } from "./traceparent.ts";
import type { Span, Tracing, TracingSettings } from "./tracing.ts";

/** Ended spans that wait to be sent. Beyond it they are dropped: a collector that is away must not fill the memory. */
const MOST_WAITING = 16_384;
const BATCH = 1_024;
const SEND_EVERY_MS = 1_000;
/** At the end of the process. */
const FLUSH_MS = 3_000;

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
} as const;

export async function startOtlpTracing(
  settings: TracingSettings,
  { serviceName, log }: { readonly serviceName: string; readonly log: Log },
): Promise<Tracing> {
  reportTo(log);
  const provider = new TracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(
      resourceFromAttributes({ "service.name": serviceName }),
    ),
    sampler: samplerOf(settings),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: await openExporter(settings),
        maxQueueSize: MOST_WAITING,
        maxExportBatchSize: BATCH,
        scheduledDelayMillis: SEND_EVERY_MS,
      }),
    ],
  });
  const tracer = provider.getTracer("stellwerk");
  return {
    start(name, { kind, parent, attributes }) {
      const remote = parent === undefined ? undefined : readTraceparent(parent);
      const context = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
      return wrap(tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes } }, context));
    },
    async stop() {
      const flushed = provider.shutdown().catch((error: unknown) => {
        log.warn({ err: error }, "the last spans could not be sent");
      });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_MS);
      });
      await Promise.race([flushed, late]);
      clearTimeout(timer);
    },
  };
}

function wrap(span: SdkSpan): Span {
  return {
    traceparent: writeTraceparent(span.spanContext()),
    set: (attributes) => void span.setAttributes({ ...attributes }),
    end(failure) {
      if (failure !== undefined) {
        span.setAttribute("error.type", failure);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

/** Protobuf unless the operator wants JSON, as the specification has it. */
async function openExporter(settings: TracingSettings): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    settings.OTEL_EXPORTER_OTLP_PROTOCOL === "http/json"
      ? await import("@opentelemetry/exporter-trace-otlp-http")
      : await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter();
}

function samplerOf({
  OTEL_TRACES_SAMPLER: name,
  OTEL_TRACES_SAMPLER_ARG: ratio = 1,
}: TracingSettings): Sampler {
  switch (name) {
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
    default:
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
}

const COMPLAIN_EVERY_MS = 60_000;
const MOST_DETAIL = 500;

/** The exporter's complaints, in our log: the first of each minute. */
function reportTo(log: Log): void {
  let complainedAt = Number.NEGATIVE_INFINITY;
  const complain = (...parts: readonly unknown[]): void => {
    if (performance.now() - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = performance.now();
    // What comes may quote the collector's whole answer.
    const detail = parts.map(String).join(" ").slice(0, MOST_DETAIL);
    log.warn({ detail }, "the exporter of traces complains");
  };
  const ignore = (): void => {};
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
