import { expect, test } from "vitest";
import { closedSet, MetricsReader, MetricsRegistry, registerPools, registerProcessMetrics } from "./index.ts";

function open() {
  const registry = new MetricsRegistry();
  return { registry, read: () => new MetricsReader({ registry, serviceName: "stellwerk-test" }).read() };
}

test("names and units are Prometheus's own, and the process says who it is", async () => {
  const { registry, read } = open();
  registry.counter("stellwerk.events.accepted", { help: "Events." }).with({ via: "hook" }).add(3);
  registry
    .histogram("stellwerk.delivery.duration", { help: "How long.", unit: "s" }, [0.1, 1])
    .with()
    .record(0.5);
  registry.gauge("process.memory.usage", { help: "RSS.", unit: "By" }, () => 12);
  const text = await read();
  expect(text).toContain('target_info{service_name="stellwerk-test"} 1');
  expect(text).toContain('stellwerk_events_accepted_total{via="hook"} 3');
  expect(text).toContain("# TYPE stellwerk_events_accepted_total counter");
  expect(text).toContain('stellwerk_delivery_duration_seconds_bucket{le="0.1"} 0');
  expect(text).toContain('stellwerk_delivery_duration_seconds_bucket{le="1"} 1');
  expect(text).toContain('stellwerk_delivery_duration_seconds_bucket{le="+Inf"} 1');
  expect(text).toContain("stellwerk_delivery_duration_seconds_sum 0.5");
  expect(text).toContain("process_memory_usage_bytes 12");
});

test("a value on a boundary belongs to its bucket", async () => {
  const { registry, read } = open();
  const series = registry.histogram("d", { help: "", unit: "s" }, [0.1, 1]).with();
  for (const value of [0.1, 1, 2]) series.record(value);
  const text = await read();
  expect(text).toContain('d_seconds_bucket{le="0.1"} 1');
  expect(text).toContain('d_seconds_bucket{le="1"} 2');
  expect(text).toContain("d_seconds_count 3");
});

test("labels that somebody makes up become one series, not many", async () => {
  const { registry, read } = open();
  const family = registry.counter("c", { help: "" });
  for (let index = 0; index < 5_000; index += 1) family.with({ account: String(index) }).add();
  const lines = (await read()).split("\n").filter((line) => line.startsWith("c_total"));
  expect(lines.length).toBeLessThanOrEqual(1_001);
  expect(lines).toContain('c_total{otel_metric_overflow="true"} 4000');
});

test("an unknown code is other", () => {
  const reason = closedSet(["timeout"]);
  expect([reason("timeout"), reason("made_up")]).toEqual(["timeout", "other"]);
});

test("a part that fails or hangs hides only its own numbers", async () => {
  const { registry, read } = open();
  registry.gauge("hangs", { help: "" }, () => new Promise<number>(() => {}));
  registry.gauge("fails", { help: "" }, () => Promise.reject(new Error("away")));
  registry.gauge("throws", { help: "" }, () => {
    throw new Error("away");
  });
  registry.gauge("works", { help: "" }, () => 1);
  const text = await read();
  expect(text).toContain("works 1");
  expect(text).not.toMatch(/^(hangs|fails|throws)/m);
});

test("two pools of one process stand beside each other", async () => {
  const { registry, read } = open();
  const usage = () => ({ idle: 1, used: 2, pending: 0, max: 10 });
  registerPools(registry, { api: { usage } });
  registerPools(registry, { dispatcher: { usage } });
  const text = await read();
  for (const name of ["api", "dispatcher"]) {
    expect(text).toContain(
      `db_client_connection_count{db_client_connection_pool_name="${name}",db_client_connection_state="used"} 2`,
    );
  }
});

test("switched off, nothing is counted and nothing is there", async () => {
  const registry = new MetricsRegistry({ isOn: false });
  registry.counter("c", { help: "" }).with().add();
  registerProcessMetrics(registry);
  expect([...registry.all()]).toEqual([]);
});

test("a stalled event loop is seen", async () => {
  const { registry, read } = open();
  registerProcessMetrics(registry);
  await read();
  await new Promise((resolve) => setTimeout(resolve, 120));
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 120));
  const [, max = ""] = /^nodejs_eventloop_delay_max_seconds (.+)$/m.exec(await read()) ?? [];
  expect(Number(max)).toBeGreaterThan(0.15);
  expect(await read()).toMatch(/^process_cpu_time_seconds_total\{cpu_mode="user"\} /m);
});
