/**
 * What a process counts. An event costs a few additions on plain numbers; OpenTelemetry's own instruments look
 * their attributes up at every call, which at thousands of events a second would be paid in CPU. Nothing is
 * named, sorted or written before somebody reads `/metrics` (see read-prometheus.ts).
 */

/** `s` and `By` become part of the exported name (`…_seconds`), as Prometheus wants it. Unset: a count of things. */
export type Unit = "s" | "By";

export type Labels = Readonly<Record<string, string>>;

export interface MetricText {
  readonly help: string;
  readonly unit?: Unit;
}

export interface Counter {
  add(count?: number): void;
}

export interface Histogram {
  record(value: number): void;
}

/** The series of one name, one for each set of labels. Bind them ahead of the hot path. */
export interface Family<Instrument> {
  with(labels?: Labels): Instrument;
}

/** Undefined: unknown right now, so nothing is exported. */
export type Reading = number | undefined | readonly (readonly [Labels, number])[];

export type Read = () => Reading | Promise<Reading>;

/** A net under the closed sets of label values: what comes beyond is counted together, as OpenTelemetry has it. */
const MOST_SERIES = 1_000;
const OVERFLOW: Labels = { "otel.metric.overflow": "true" };

export class CounterSeries implements Counter {
  value = 0;

  add(count = 1): void {
    this.value += count;
  }
}

export class HistogramSeries implements Histogram {
  readonly boundaries: readonly number[];
  /** One more than boundaries: the last is for what is above them. */
  readonly counts: number[];
  sum = 0;

  constructor(boundaries: readonly number[]) {
    this.boundaries = boundaries;
    this.counts = Array.from({ length: boundaries.length + 1 }, () => 0);
  }

  record(value: number): void {
    let bucket = 0;
    while (bucket < this.boundaries.length && value > (this.boundaries[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

export class SeriesFamily<Series extends Instrument, Instrument> implements Family<Instrument> {
  readonly all = new Map<string, { readonly labels: Labels; readonly series: Series }>();
  readonly #make: () => Series;

  constructor(make: () => Series) {
    this.#make = make;
  }

  with(labels: Labels = {}): Instrument {
    const key = Object.entries(labels).flat().join("\n");
    const existing = this.all.get(key);
    if (existing !== undefined) return existing.series;
    if (this.all.size >= MOST_SERIES && labels !== OVERFLOW) return this.with(OVERFLOW);
    const made = { labels, series: this.#make() };
    this.all.set(key, made);
    return made.series;
  }
}

export type Metric = { readonly name: string } & MetricText &
  (
    | { readonly kind: "counter"; readonly family: SeriesFamily<CounterSeries, Counter> }
    | { readonly kind: "histogram"; readonly family: SeriesFamily<HistogramSeries, Histogram> }
    | { readonly kind: "gauge" | "observed-counter"; readonly reads: Read[] }
  );

const NOTHING: Family<Counter & Histogram> = { with: () => ({ add() {}, record() {} }) };

export class MetricsRegistry {
  readonly #metrics = new Map<string, Metric>();
  /** False: nothing is counted and nothing is exported. */
  readonly isOn: boolean;

  constructor({ isOn }: { readonly isOn: boolean } = { isOn: true }) {
    this.isOn = isOn;
  }

  /** Names as OpenTelemetry writes them: `stellwerk.events.accepted`. Exported as `stellwerk_events_accepted_total`. */
  counter(name: string, text: MetricText): Family<Counter> {
    if (!this.isOn) return NOTHING;
    const family = new SeriesFamily<CounterSeries, Counter>(() => new CounterSeries());
    this.#add({ name, ...text, kind: "counter", family });
    return family;
  }

  histogram(name: string, text: MetricText, boundaries: readonly number[]): Family<Histogram> {
    if (!this.isOn) return NOTHING;
    const family = new SeriesFamily<HistogramSeries, Histogram>(() => new HistogramSeries(boundaries));
    this.#add({ name, ...text, kind: "histogram", family });
    return family;
  }

  /**
   * `read` is called when somebody asks for the metrics, and only then. Two parts of a process may show the same
   * thing, each with labels of its own: both databases of `npm start` have a pool.
   */
  gauge(name: string, text: MetricText, read: Read): void {
    const metric = this.#metrics.get(name);
    if (metric?.kind === "gauge") metric.reads.push(read);
    else this.#add({ name, ...text, kind: "gauge", reads: [read] });
  }

  /** A count that somebody else keeps, such as the CPU time of the process. */
  observedCounter(name: string, text: MetricText, read: Read): void {
    this.#add({ name, ...text, kind: "observed-counter", reads: [read] });
  }

  all(): Iterable<Metric> {
    return this.#metrics.values();
  }

  #add(metric: Metric): void {
    if (!this.isOn) return;
    if (this.#metrics.has(metric.name)) throw new Error(`The metric ${metric.name} is there twice`);
    this.#metrics.set(metric.name, metric);
  }
}
