/** Event loop, memory and CPU of the process, under OpenTelemetry's names for them. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricsRegistry } from "./metrics-registry.ts";

/** How often the loop's delay is sampled: often enough to see a stall of 50 ms, and nothing on an idle core. */
const SAMPLE_MS = 50;
const NANOS = 1e9;

export function registerProcessMetrics(registry: MetricsRegistry): void {
  registry.gauge(
    "nodejs.eventloop.delay.p50",
    { help: "Median delay of the event loop since the last look.", unit: "s" },
    () => delay.percentile(50),
  );
  registry.gauge(
    "nodejs.eventloop.delay.p99",
    { help: "99th percentile of the delay of the event loop since the last look.", unit: "s" },
    () => delay.percentile(99),
  );
  // The last of the three: it begins anew.
  registry.gauge(
    "nodejs.eventloop.delay.max",
    { help: "Longest delay of the event loop since the last look.", unit: "s" },
    () => delay.maxAndReset(),
  );
  registry.gauge("process.memory.usage", { help: "Memory of the process (RSS).", unit: "By" }, () =>
    process.memoryUsage.rss(),
  );
  registry.gauge(
    "v8js.memory.heap.used",
    { help: "JavaScript heap in use.", unit: "By" },
    () => process.memoryUsage().heapUsed,
  );
  registry.gauge(
    "nodejs.memory.external",
    { help: "Buffers outside the JavaScript heap.", unit: "By" },
    () => process.memoryUsage().external,
  );
  registry.observedCounter("process.cpu.time", { help: "CPU time used.", unit: "s" }, () => {
    const { user, system } = process.cpuUsage();
    return [
      [{ "cpu.mode": "user" }, user / 1e6],
      [{ "cpu.mode": "system" }, system / 1e6],
    ];
  });
  registry.gauge(
    "process.start.time",
    { help: "When the process started, as a Unix time.", unit: "s" },
    () => Math.round(performance.timeOrigin) / 1_000,
  );
  const delay = new EventLoopDelay();
}

/** Measured from the first time somebody asks: the timer behind it costs a process that nobody watches nothing. */
class EventLoopDelay {
  #samples: ReturnType<typeof monitorEventLoopDelay> | undefined;

  percentile(percent: number): number | undefined {
    const samples = this.#running();
    // Node counts the interval between two samples, so an idle loop would show a delay of one interval.
    return samples.count === 0 ? undefined : beyondInterval(samples.percentile(percent));
  }

  maxAndReset(): number | undefined {
    const samples = this.#running();
    const max = samples.count === 0 ? undefined : beyondInterval(samples.max);
    samples.reset();
    return max;
  }

  #running(): ReturnType<typeof monitorEventLoopDelay> {
    if (this.#samples === undefined) {
      this.#samples = monitorEventLoopDelay({ resolution: SAMPLE_MS });
      this.#samples.enable();
    }
    return this.#samples;
  }
}

function beyondInterval(nanoseconds: number): number {
  return Math.max(0, nanoseconds / NANOS - SAMPLE_MS / 1_000);
}
