import { beforeAll, afterAll, describe, expect, test } from "vitest";
import * as dispatch from "../testing/dispatch.ts";
import { attemptAll } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";

let api: TestApi;
let source: { id: string; hook: string };
beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const makeDelivery = (webhook: { id: string; connectionId: string }) =>
  dispatch.makeDelivery(api, source.hook, webhook);

async function listed(query: string): Promise<string[]> {
  const { status, body } = await api.call("GET", `/v1/deliveries?${query}`);
  expect(status).toBe(200);
  return body.items.map((each: { id: string }) => each.id);
}

const FAILED = {
  state: null,
  retryInMs: 60_000,
  reason: "http_status",
  detail: "The target answered 500",
} as const;

test("a delivery waits, fails, waits again and says so at every step", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(webhook);
  const queued = await api.call("GET", `/v1/deliveries/${id}`);
  expect(queued.body).toMatchObject({
    state: "queued",
    sentence: "Waiting for its first attempt.",
    attempts: [],
    attemptCount: 0,
    fix: null,
    key: id,
  });
  await attemptAll(api, webhook, { ...FAILED, possiblySent: true });
  const waiting = await api.call("GET", `/v1/deliveries/${id}`);
  expect(waiting.body).toMatchObject({
    state: "queued",
    reason: "http_status",
    attemptCount: 1,
    possiblySent: true,
  });
  expect(waiting.body.sentence).toMatch(
    /^Waiting for attempt 2, due .*: The target answered 500\. It may have arrived/,
  );
  expect(Date.parse(waiting.body.nextAttemptAt)).toBeGreaterThan(Date.now());
  expect(waiting.body.attempts).toMatchObject([
    {
      number: 1,
      outcome: "delivered",
      durationMs: 12,
      request: { method: "POST", url: "https://example.com/hooks/1" },
      reply: { status: 200, encoding: "utf8", body: "thanks" },
    },
  ]);
});

test("filters find it by state, subscription, event, subject and time", async () => {
  const [first, second] = [await makeWebhook(api), await makeWebhook(api)];
  const delivered = await makeDelivery(first);
  await attemptAll(api, first);
  const dead = await makeDelivery(second);
  await attemptAll(api, second, { state: "dead", reason: "http_status", detail: "The target answered 400" });
  const held = await makeDelivery(second);
  await attemptAll(api, second, {
    state: null,
    held: true,
    reason: "misconfigured",
    detail: "No such channel",
  });
  const queued = await makeDelivery(second);

  expect(await listed(`subscription=${first.id}`)).toEqual([delivered.id]);
  expect(await listed(`subscription=${second.id}`)).toEqual([queued.id, held.id, dead.id]);
  expect(await listed(`subscription=${second.id}&state=dead`)).toEqual([dead.id]);
  expect(await listed(`subscription=${second.id}&state=held`)).toEqual([held.id]);
  expect(await listed(`subscription=${second.id}&state=queued`)).toEqual([queued.id]);
  expect(await listed(`subscription=${second.id}&state=sending`)).toEqual([]);
  expect(await listed(`subscription=${first.id}&state=delivered`)).toEqual([delivered.id]);
  expect(await listed("state=delivered")).toEqual([delivered.id]);
  expect(await listed("state=dead&subject=website/321654")).toEqual([dead.id]);
  expect(await listed("state=held&subject=website/1")).toEqual([]);
  expect(await listed(`event=${dead.eventId}`)).toEqual([dead.id]);
  expect(await listed(`event=${dead.eventId}&state=delivered`)).toEqual([]);
  expect(await listed(`subject=website/321654&subscription=${first.id}`)).toEqual([delivered.id]);
  expect(await listed("subject=website/1")).toEqual([]);
  expect(await listed(`until=${new Date(0).toISOString()}`)).toEqual([]);
  expect(await listed("")).toEqual(expect.arrayContaining([delivered.id, dead.id, held.id, queued.id]));
  const page = await api.call("GET", `/v1/deliveries?subscription=${second.id}&limit=2`);
  expect(await listed(`subscription=${second.id}&limit=2&cursor=${page.body.next}`)).toEqual([dead.id]);

  const { body } = await api.call("GET", `/v1/deliveries/${dead.id}`);
  expect(body).toMatchObject({
    state: "dead",
    sentence: "Given up after one attempt: The target answered 400.",
    fix: expect.stringMatching(/resend/),
    nextAttemptAt: null,
  });
  expect((await api.call("GET", `/v1/deliveries/${held.id}`)).body).toMatchObject({
    state: "held",
    sentence: "Held: No such channel.",
    nextAttemptAt: null,
  });
});

test("an inbox shows what its connection received, with the bodies", async () => {
  const { body: subscription } = await api.call("POST", "/v1/subscriptions", {
    body: { name: "All", eventTypes: ["*"], action: "inbox.keep", connection: { connector: "inbox" } },
  });
  const delivery = await makeDelivery(subscription);
  const path = `/v1/connections/${subscription.connectionId}/inbox`;
  expect((await api.call("GET", path)).body.items).toEqual([]);
  await attemptAll(api, subscription);
  const { body } = await api.call("GET", path);
  expect(body.items).toMatchObject([
    {
      deliveryId: delivery.id,
      event: { id: delivery.eventId, body: SAMPLE, encoding: "utf8", truncated: false },
    },
  ]);
});

describe("resending", () => {
  async function dead() {
    const webhook = await makeWebhook(api);
    const delivery = await makeDelivery(webhook);
    await attemptAll(api, webhook, {
      state: "dead",
      reason: "http_status",
      detail: "The target answered 400",
    });
    return { webhook, delivery };
  }
  const resend = (id: string, body: unknown, headers = {}) =>
    api.call("POST", `/v1/deliveries/${id}/resend`, { body, headers });

  test("as the same keeps the webhook-id, as new takes a new one; both are new deliveries that the dispatcher hears of", async () => {
    const { delivery } = await dead();
    const heard: string[] = [];
    const listener = await api.db.listen(
      ["stellwerk_queue"],
      (_channel, payload) => void heard.push(payload),
      () => {},
    );
    const same = await resend(delivery.id, { as: "same" });
    expect(same.status).toBe(201);
    expect(same.body).toMatchObject({ state: "queued", key: delivery.key, eventId: delivery.eventId });
    expect(same.body.id).not.toBe(delivery.id);
    const fresh = await resend(delivery.id, { as: "new" });
    expect(fresh.body.key).toBe(fresh.body.id);
    await expect.poll(() => heard).toHaveLength(2);
    await listener.close();
    const [queue] = await api.db.query<{ partition: number; seq: number; last_seq: number }>(
      "SELECT partition, seq, last_seq FROM queue JOIN partition_routed USING (partition) ORDER BY seq DESC LIMIT 1",
    );
    expect(heard).toEqual([String(queue!.partition), String(queue!.partition)]);
    expect(queue!.seq).toBe(queue!.last_seq);
  });

  test("a repeat with the same idempotency key sends once, another delivery under it is 409", async () => {
    const { delivery, webhook } = await dead();
    const headers = { "idempotency-key": `again-${delivery.id}` };
    const first = await resend(delivery.id, { as: "same" }, headers);
    const second = await resend(delivery.id, { as: "same" }, headers);
    expect(second.body.id).toBe(first.body.id);
    expect(await listed(`subscription=${webhook.id}`)).toHaveLength(2);
    const other = await dead();
    expect((await resend(other.delivery.id, { as: "same" }, headers)).status).toBe(409);
  });

  test("what is still on its way, or has no subscription any more, is not sent again", async () => {
    const { delivery, webhook } = await dead();
    const again = await resend(delivery.id, { as: "same" });
    expect((await resend(again.body.id, { as: "same" })).status).toBe(409);
    await api.call("DELETE", `/v1/subscriptions/${webhook.id}`);
    expect((await resend(delivery.id, { as: "new" })).status).toBe(409);
  });

  test("an edited input is checked as its action says, kept with the delivery and sent instead of the rule's", async () => {
    const { delivery } = await dead();
    const refused = await resend(delivery.id, { as: "same", input: { unknown: 1 } });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].path).toBe("input");
    const edited = await resend(delivery.id, { as: "same", input: {} });
    expect(edited.body).toMatchObject({ isEdited: true, subscriptionVersion: 1 });
    const rows = await api.db.query<{ input: unknown }>(
      "SELECT input FROM queue UNION ALL SELECT input FROM delivery WHERE input IS NOT NULL",
    );
    expect(rows.filter(({ input }) => input !== null)).toEqual([{ input: {} }, { input: {} }]);
    expect((await resend(delivery.id, { as: "twice" })).status).toBe(400);
  });

  test("it is sent as the version says that matched, or as the subscription is now", async () => {
    const { delivery, webhook } = await dead();
    const elsewhere = await makeWebhook(api);
    await api.call("PATCH", `/v1/subscriptions/${webhook.id}`, {
      body: { connectionId: elsewhere.connectionId },
    });
    const matched = await resend(delivery.id, { as: "same" });
    expect(matched.body).toMatchObject({ subscriptionVersion: 1, connectionId: webhook.connectionId });
    const current = await resend(delivery.id, { as: "same", mapping: "current" });
    expect(current.body).toMatchObject({
      subscriptionVersion: 2,
      connectionId: elsewhere.connectionId,
      isEdited: false,
    });
  });

  test("another account neither sees nor resends it", async () => {
    const { delivery } = await dead();
    const headers = await makeAccount(api);
    expect((await api.call("GET", `/v1/deliveries/${delivery.id}`, { headers })).status).toBe(404);
    expect((await resend(delivery.id, { as: "same" }, headers)).status).toBe(404);
    expect(
      (await api.call("GET", `/v1/deliveries?event=${delivery.eventId}`, { headers })).body.items,
    ).toEqual([]);
  });
});
