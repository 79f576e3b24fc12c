import { createLog } from "@stellwerk/log";
import { expect, test } from "vitest";
import { MetricsReader, MetricsRegistry, startOperationsServer } from "./index.ts";

async function open(token?: string) {
  const registry = new MetricsRegistry();
  registry.counter("c", { help: "" }).with().add();
  const parts = { database: true, bus: true };
  const server = await startOperationsServer({
    host: "127.0.0.1",
    port: 0,
    token,
    metrics: new MetricsReader({ registry, serviceName: "stellwerk-test" }),
    log: createLog({ name: "test", level: "silent" }),
    readiness: () => Promise.resolve(parts),
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
  return { get, parts, port: server.port, [Symbol.asyncDispose]: () => server.close() };
}

test("answers whether it lives, whether it can work, and what it counted", async () => {
  await using server = await open();
  expect((await server.get("/livez")).status).toBe(200);
  expect((await server.get("/readyz")).status).toBe(200);
  server.parts.bus = false;
  const notReady = await server.get("/readyz");
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toEqual({ status: "not-ready", checks: { database: "ok", bus: "failed" } });
  const metrics = await server.get("/metrics");
  expect(metrics.headers.get("content-type")).toContain("version=0.0.4");
  expect(await metrics.text()).toContain("c_total 1");
  expect((await server.get("/else")).status).toBe(404);
});

test("with a token only who sends it may read", async () => {
  await using server = await open("a-token-of-this-test");
  expect((await server.get("/metrics")).status).toBe(401);
  expect((await server.get("/metrics", { authorization: "Bearer another-token" })).status).toBe(401);
  const told = await server.get("/metrics", { authorization: "Bearer a-token-of-this-test" });
  expect(told.status).toBe(200);
  expect((await server.get("/livez")).status).toBe(200);
});

test("without a token nobody reads through a proxy", async () => {
  await using server = await open();
  expect((await server.get("/metrics", { "x-forwarded-for": "203.0.113.7" })).status).toBe(403);
  expect((await server.get("/metrics", { forwarded: "for=203.0.113.7" })).status).toBe(403);
});

test("a port that is taken is named", async () => {
  await using server = await open();
  const again = startOperationsServer({
    host: "127.0.0.1",
    port: server.port,
    metrics: undefined,
    log: createLog({ name: "test", level: "silent" }),
    readiness: () => Promise.resolve({}),
  });
  await expect(again).rejects.toMatchObject({ code: "telemetry.port" });
});
