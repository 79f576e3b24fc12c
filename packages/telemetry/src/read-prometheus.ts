/**
 * The metrics as Prometheus reads them, written by OpenTelemetry's exporter from its own data model. The SDK is
 * loaded when somebody asks for the first time: a process that is never asked does not carry it.
 */
import type { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import type { DataPoint, Histogram, MetricData } from "@opentelemetry/sdk-metrics";
import type { Resource } from "@opentelemetry/resources";
import type { Labels, Metric, MetricsRegistry, Read, Reading } from "./metrics-registry.ts";

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Of all readings together; what is not known by then is left out. */
const READ_TIMEOUT_MS = 2_000;
const SUFFIX = { s: "seconds", By: "bytes" } as const;

/** Says which process it is: `target_info{service_name="stellwerk-api"}`. */
export interface MetricsSource {
  readonly registry: MetricsRegistry;
  readonly serviceName: string;
}

export class MetricsReader {
  readonly #source: MetricsSource;
  readonly #startedAt = Date.now();
  #sdk: Promise<Sdk> | undefined;

  constructor(source: MetricsSource) {
    this.#source = source;
  }

  async read(): Promise<string> {
    this.#sdk ??= loadSdk(this.#source.serviceName);
    const sdk = await this.#sdk;
    const taken = [...this.#source.registry.all()].map((metric) => this.#take(metric, sdk));
    const metrics = (await Promise.all(taken)).filter((metric) => metric.dataPoints.length > 0);
    const scopeMetrics = [{ scope: { name: "stellwerk" }, metrics }];
    return sdk.serializer.serialize({ resource: sdk.resource, scopeMetrics });
  }

  async #take(metric: Metric, sdk: Sdk): Promise<MetricData> {
    const name = metric.unit === undefined ? metric.name : `${metric.name}.${SUFFIX[metric.unit]}`;
    const common = {
      descriptor: { name, description: metric.help, unit: "", valueType: sdk.DOUBLE },
      aggregationTemporality: sdk.CUMULATIVE,
    };
    switch (metric.kind) {
      case "counter": {
        const dataPoints = [...metric.family.all.values()].map(({ labels, series }) =>
          this.#point(labels, series.value),
        );
        return { ...common, dataPointType: sdk.SUM, isMonotonic: true, dataPoints };
      }
      case "histogram": {
        const dataPoints = [...metric.family.all.values()].map(({ labels, series }) =>
          this.#point(labels, histogramOf(series)),
        );
        return { ...common, dataPointType: sdk.HISTOGRAM, dataPoints };
      }
      case "observed-counter":
        return {
          ...common,
          dataPointType: sdk.SUM,
          isMonotonic: true,
          dataPoints: await this.#points(metric.reads),
        };
      case "gauge":
        return { ...common, dataPointType: sdk.GAUGE, dataPoints: await this.#points(metric.reads) };
    }
  }

  async #points(reads: readonly Read[]): Promise<DataPoint<number>[]> {
    const readings = await Promise.all(reads.map(readInTime));
    return readings.flatMap((reading) => {
      if (reading === undefined) return [];
      if (typeof reading === "number") return [this.#point({}, reading)];
      return reading.map(([labels, value]) => this.#point(labels, value));
    });
  }

  #point<Value>(labels: Labels, value: Value): DataPoint<Value> {
    const now = Date.now();
    return {
      attributes: labels,
      value,
      startTime: hrTime(this.#startedAt),
      endTime: hrTime(now),
    };
  }
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>;

async function loadSdk(serviceName: string) {
  const [api, sdk, prometheus, resources] = await Promise.all([
    import("@opentelemetry/api"),
    import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/exporter-prometheus"),
    import("@opentelemetry/resources"),
  ]);
  const resource: Resource = resources.resourceFromAttributes({ "service.name": serviceName });
  // No timestamps (Prometheus has its own) and no scope labels: all of it is ours.
  const serializer: PrometheusSerializer = new prometheus.PrometheusSerializer(
    undefined,
    false,
    undefined,
    false,
    true,
  );
  return {
    resource,
    serializer,
    DOUBLE: api.ValueType.DOUBLE,
    CUMULATIVE: sdk.AggregationTemporality.CUMULATIVE,
    SUM: sdk.DataPointType.SUM,
    GAUGE: sdk.DataPointType.GAUGE,
    HISTOGRAM: sdk.DataPointType.HISTOGRAM,
  } as const;
}

function histogramOf(series: {
  boundaries: readonly number[];
  counts: readonly number[];
  sum: number;
}): Histogram {
  return {
    buckets: { boundaries: [...series.boundaries], counts: [...series.counts] },
    sum: series.sum,
    count: series.counts.reduce((total, count) => total + count, 0),
  };
}

/** A part that does not answer must not hide all the others: just then they are wanted. */
async function readInTime(read: Read): Promise<Reading> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READ_TIMEOUT_MS);
  });
  try {
    return await Promise.race([read(), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function hrTime(ms: number): [number, number] {
  return [Math.trunc(ms / 1_000), Math.trunc(ms % 1_000) * 1_000_000];
}
