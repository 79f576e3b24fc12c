import { Agent, request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { builtInConnectors } from "@stellwerk/connectors";
import { createLog } from "@stellwerk/log";
import { createSealer, hashSecret, readSecretKey } from "@stellwerk/store";
import { describe, expect, test } from "vitest";
import { makeFirstSource, startApi } from "./index.ts";
import { ADMIN_KEY, openTestApi } from "./testing/open-test-api.ts";
import { makeSource, SAMPLE } from "./testing/requests.ts";

const sealer = createSealer({ current: readSecretKey(hashSecret("test").toString("hex")) });

describe("health", () => {
  test("live while it runs, ready while database and bus answer", async () => {
    await using api = await openTestApi();
    expect((await api.call("GET", "/livez", { key: null })).body).toEqual({ status: "ok" });
    const ready = await api.call("GET", "/readyz", { key: null });
    expect(ready.body).toEqual({ status: "ready", checks: { database: "ok", bus: "ok" } });
    api.breakBus(true);
    await expect.poll(async () => (await api.call("GET", "/readyz", { key: null })).status).toBe(503);
    const broken = await api.call("GET", "/readyz", { key: null });
    expect(broken.body).toEqual({ status: "not-ready", checks: { database: "ok", bus: "failed" } });
  });
});

describe("stopping", () => {
  test("a request in flight is answered, a kept-alive connection ends, a new one is refused", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let entered = () => {};
    const arrived = new Promise<void>((resolve) => (entered = resolve));
    await using api = await openTestApi({
      beforePublish() {
        entered();
        return held;
      },
    });
    const { hook } = await makeSource(api);
    const agent = new Agent({ keepAlive: true });
    const reply = new Promise<{ status?: number; connection?: string }>((resolve, reject) => {
      const headers = { "content-type": "application/json" };
      const request = httpRequest(api.url + hook, { method: "POST", agent, headers }, (response) => {
        response.resume();
        response.on("end", () =>
          resolve({ status: response.statusCode, connection: response.headers.connection }),
        );
      });
      request.on("error", reject);
      request.end(SAMPLE);
    });
    await arrived;
    const stopped = api.stop();
    await expect
      .poll(
        () =>
          fetch(`${api.url}/livez`).then(
            () => "answered",
            () => "refused",
          ),
        { timeout: 5_000 },
      )
      .toBe("refused");
    release();
    expect(await reply).toEqual({ status: 202, connection: "close" });
    await stopped;
    agent.destroy();
  });

  test("what does not end within the grace period is cut off", async () => {
    await using api = await openTestApi({ graceMs: 200, beforePublish: () => new Promise(() => {}) });
    const { hook } = await makeSource(api);
    const headers = { "content-type": "application/json" };
    const reply = api.call("POST", hook, { raw: SAMPLE, headers }).then(
      () => "answered",
      () => "cut off",
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const startedAt = performance.now();
    await api.stop();
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(await reply).toBe("cut off");
  });
});

test("a taken port is one clear sentence", async () => {
  await using api = await openTestApi();
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as { port: number };
  const start = startApi({
    config: { host: "127.0.0.1", port, graceMs: 100 },
    db: api.db,
    bus: { ensureTopics: fail, publish: fail, consume: fail, readBounds: fail, ping: fail, close: fail },
    connectors: builtInConnectors,
    sealer,
    log: createLog({ name: "api", level: "silent" }),
  });
  await expect(start).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program; stop that one, or set PORT to a free port.`,
  );
  taken.close();
});

function fail(): Promise<never> {
  return Promise.reject(new Error("not used"));
}

test("the first start's source feeds an inbox, and is made once", async () => {
  await using api = await openTestApi();
  const parts = { db: api.db, connectors: builtInConnectors, sealer, publicUrl: api.url };
  const made = await Promise.all([
    makeFirstSource(parts, api.accountId),
    makeFirstSource(parts, api.accountId),
  ]);
  const [first] = made.filter((each) => each !== undefined);
  expect(made.filter((each) => each === undefined)).toHaveLength(1);
  const hook = new URL(first!.hookUrl).pathname;
  const headers = { "content-type": "application/json" };
  expect((await api.call("POST", hook, { raw: SAMPLE, headers, key: null })).status).toBe(202);
  const subscription = await api.call("GET", `/v1/subscriptions/${first!.subscriptionId}`, {
    key: ADMIN_KEY,
  });
  expect(subscription.body).toMatchObject({
    eventTypes: ["*"],
    action: "inbox.keep",
    connectionId: first!.connectionId,
  });
  const source = await api.call("GET", `/v1/sources/${first!.sourceId}`);
  expect(source.body).toMatchObject({ name: "My first source", kind: "sitejet", hookUrl: first!.hookUrl });
  await api.call("DELETE", `/v1/sources/${first!.sourceId}`);
  expect(await makeFirstSource(parts, api.accountId)).toBeUndefined();
});
