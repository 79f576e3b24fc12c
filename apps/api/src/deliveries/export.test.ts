import { request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attemptAll, makeDelivery } from "../testing/dispatch.ts";
import { ADMIN_KEY, openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";
import { exportedDelivery } from "./export.ts";

let api: TestApi;
let source: { id: string; hook: string };
let webhook: { id: string; connectionId: string };
let dead: { id: string };
beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
  webhook = await makeWebhook(api);
  dead = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, { state: "dead", reason: "http_status", detail: "The target answered 500" });
  await makeDelivery(api, source.hook, webhook);
});
afterAll(() => api[Symbol.asyncDispose]());

async function lines(query: string, headers = {}) {
  const reply = await api.call("GET", `/v1/deliveries/export?${query}`, { headers });
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
  const text = reply.bytes.toString();
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => exportedDelivery.parse(JSON.parse(line)));
}

test("each line is a delivery with its last attempt and the event as it came", async () => {
  const all = await lines("");
  expect(all.map(({ state }) => state)).toEqual(["queued", "dead"]);
  expect(all[0]).toMatchObject({ lastAttempt: null, event: { body: SAMPLE } });
  expect(all[1]).toMatchObject({
    id: dead.id,
    reason: "http_status",
    lastAttempt: { number: 1, reply: { status: 200, body: "thanks" } },
    event: { contentType: "application/json", encoding: "utf8", body: SAMPLE },
  });
});

test("the filter is the list's", async () => {
  expect((await lines("state=dead")).map(({ id }) => id)).toEqual([dead.id]);
  expect(await lines("state=dead&reason=other")).toEqual([]);
  expect((await api.call("GET", "/v1/deliveries/export?reason=x")).status).toBe(400);
  expect((await api.call("GET", "/v1/deliveries/export?limit=5")).status).toBe(400);
});

test("another account's are not in it", async () => {
  expect(await lines("", await makeAccount(api))).toEqual([]);
});

test("bytes that are no text are there as base64", async () => {
  const bytes = Buffer.from([0xff, 0x00, 0xfe]);
  await api.db.query("UPDATE event SET body = $1", [bytes]);
  const [line] = await lines("state=dead");
  expect(line!.event).toMatchObject({ encoding: "base64", body: bytes.toString("base64") });
  await api.db.query("UPDATE event SET body = $1", [Buffer.from(SAMPLE)]);
});

test("more than a page is written to its end", async () => {
  await api.db.query(
    `INSERT INTO delivery (
       id, account_id, event_id, subscription_id, subscription_version, connection_id, key, state, finished_at
     )
     SELECT gen_random_uuid(), account_id, event_id, subscription_id, 1, connection_id, key, 'delivered', now()
     FROM delivery CROSS JOIN generate_series(1, 500)
     WHERE state = 'dead'`,
  );
  const exported = await lines("state=delivered");
  expect(new Set(exported.map(({ id }) => id)).size).toBe(500);
});

test("a reader that stops reading keeps its place till it goes; one account has two of them, and others the rest", async () => {
  await api.db.query("UPDATE event SET body = convert_to(repeat('x', 200000), 'UTF8')");
  const open = (account = {}) =>
    new Promise<ReturnType<typeof request>>((resolve, reject) => {
      const headers = { authorization: `Bearer ${ADMIN_KEY}`, ...account };
      const sent = request(`${api.url}/v1/deliveries/export`, { headers }, (response) => {
        response.pause();
        resolve(sent);
      });
      sent.on("error", reject).end();
    });
  const readers = await Promise.all([open(), open()]);
  const refused = await api.call("GET", "/v1/deliveries/export");
  expect(refused.status).toBe(503);
  expect(await lines("", await makeAccount(api))).toEqual([]);
  expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
  for (const reader of readers) reader.on("error", () => {}).destroy();
  await expect
    .poll(async () => {
      const reply = await api.call("GET", "/v1/deliveries/export?state=dead");
      await pause(20);
      return reply.status;
    })
    .toBe(200);
});
