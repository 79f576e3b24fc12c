import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { createLog } from "@stellwerk/log";
import { afterEach, expect, test } from "vitest";
import { openTracing, type TracingSettings } from "./index.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

afterEach(() => {
  delete process.env["OTEL_EXPORTER_OTLP_ENDPOINT"];
});

/** The exporter reads its variables itself, as it does in a process of ours. */
async function open(endpoint: string, settings: TracingSettings = {}) {
  process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
  const lines: string[] = [];
  const log = createLog({ name: "test", destination: { write: (line: string) => void lines.push(line) } });
  const own = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...settings };
  const tracing = await openTracing(own, { serviceName: "stellwerk-test", log });
  if (tracing === undefined) throw new Error("No tracing");
  return { tracing, lines };
}

async function startCollector() {
  const received: { type: string | undefined; bytes: number }[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      received.push({ type: request.headers["content-type"], bytes });
      response.writeHead(200, { "content-type": request.headers["content-type"] }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test.each<TracingSettings>([
  {},
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_SDK_DISABLED: "true" },
])("no traces are made with %o", async (settings) => {
  const log = createLog({ name: "test", level: "silent" });
  expect(await openTracing(settings, { serviceName: "stellwerk-test", log })).toBeUndefined();
});

test("without an endpoint nothing of OpenTelemetry is loaded", async () => {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ resolve(name, context, next) { if (name.startsWith("@opentelemetry/")) loaded.push(name); return next(name, context); } });
    const { openTelemetry } = await import(${JSON.stringify(new URL("index.ts", import.meta.url))});
    await openTelemetry({ STELLWERK_METRICS: "on" }, { serviceName: "x", log: undefined });
    const idle = [...loaded];
    await openTelemetry({ STELLWERK_METRICS: "on", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" }, { serviceName: "x", log: undefined });
    console.log(JSON.stringify({ idle, traced: loaded.length > 0 }));
    process.exit();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(JSON.parse(stdout)).toEqual({ idle: [], traced: true });
});

test("a span goes on from its parent and is sent as protobuf", async () => {
  await using collector = await startCollector();
  const { tracing, lines } = await open(collector.url);
  const span = tracing.start("POST /hooks/{token}", { kind: "server", parent: PARENT });
  expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`));
  span.end();
  await tracing.stop();
  expect(collector.received).toEqual([{ type: "application/x-protobuf", bytes: expect.any(Number) }]);
  expect(lines).toEqual([]);
});

test("what the caller does not sample is not sent, and the next one is told so", async () => {
  await using collector = await startCollector();
  const { tracing } = await open(collector.url);
  const span = tracing.start("x", { kind: "server", parent: PARENT.replace(/01$/, "00") });
  expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  span.end();
  await tracing.stop();
  expect(collector.received).toEqual([]);
});

test("the sampler is the operator's", async () => {
  await using collector = await startCollector();
  const { tracing } = await open(collector.url, { OTEL_TRACES_SAMPLER: "always_off" });
  const span = tracing.start("x", { kind: "server", parent: PARENT });
  expect(span.traceparent).toMatch(/-00$/);
  span.end();
  await tracing.stop();
  expect(collector.received).toEqual([]);
});

test("a header that is no traceparent begins a new trace", async () => {
  const { tracing } = await open("http://127.0.0.1:1", { OTEL_TRACES_SAMPLER: "always_off" });
  const span = tracing.start("x", { kind: "server", parent: "00-nonsense" });
  expect(span.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  await tracing.stop();
});

test("a collector that is away costs a line in the log, and stopping does not wait for it for long", async () => {
  const { tracing, lines } = await open("http://127.0.0.1:1");
  for (let index = 0; index < 20_000; index += 1) tracing.start("x", { kind: "server" }).end();
  const startedAt = performance.now();
  await tracing.stop();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(lines.length).toBeLessThanOrEqual(2);
});
