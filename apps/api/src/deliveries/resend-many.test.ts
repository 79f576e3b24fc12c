import { parseId } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import { attemptAll, makeDelivery } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
let hook: string;
let webhook: { id: string; connectionId: string };
beforeEach(async () => {
  api = await openTestApi();
  ({ hook } = await makeSource(api));
  webhook = await makeWebhook(api);
});
afterEach(() => api[Symbol.asyncDispose]());

interface Shown {
  readonly id: string;
  readonly key: string;
  readonly eventId: string;
}

/** So many that ended as dead, the oldest first. */
async function die(count: number, reason = "http_status"): Promise<Shown[]> {
  const made: Shown[] = [];
  for (let index = 0; index < count; index += 1) made.push(await makeDelivery(api, hook, webhook));
  await attemptAll(api, webhook, { state: "dead", reason, detail: "The target answered 500" });
  return made;
}

const resend = (body: object, headers = {}) =>
  api.call("POST", "/v1/deliveries/resend", { body: { as: "same", ...body }, headers });

/** What waits, in the order in which it is sent. */
const queued = () =>
  api.db.query<{ key: string; seq: number; due: boolean }>(
    "SELECT key, seq, due_at <= now() AS due FROM queue ORDER BY due_at, seq",
  );

test("everything that is dead is sent again in its order, under its own webhook-id, with one word to the dispatcher", async () => {
  const dead = await die(3);
  const heard: string[] = [];
  const listener = await api.db.listen(
    ["stellwerk_queue"],
    (_channel, payload) => void heard.push(payload),
    () => {},
  );
  const { status, body } = await resend({});
  expect(status).toBe(200);
  expect(body).toEqual({ resent: 3, matching: 3, remaining: false, next: null });
  const rows = await queued();
  expect(rows.map(({ key }) => key)).toEqual(dead.map(({ key }) => parseId("dlv", key)));
  expect(rows.map(({ due }) => due)).toEqual([true, true, true]);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_row, index) => rows[0]!.seq + index));
  await expect.poll(() => heard).toHaveLength(1);
  await listener.close();
});

test("as new each gets a webhook-id of its own", async () => {
  const dead = await die(2);
  await resend({ as: "new" });
  const keys = (await queued()).map(({ key }) => key);
  expect(new Set([...keys, ...dead.map(({ key }) => parseId("dlv", key))]).size).toBe(4);
});

test("what was sent again already is not sent once more, whether it waits, has arrived or died again", async () => {
  await die(1);
  expect((await resend({})).body.resent).toBe(1);
  expect((await resend({})).body.resent).toBe(0);
  await attemptAll(api, webhook, { state: "dead", reason: "http_status", detail: "Again" });
  // Two are dead now, and they are one event for one subscription.
  expect((await resend({})).body.resent).toBe(1);
  await attemptAll(api, webhook);
  expect((await resend({})).body.resent).toBe(0);
});

test("two at the same time do not send anything twice", async () => {
  await die(3);
  const replies = await Promise.all([resend({}), resend({}), resend({})]);
  const resent: number[] = replies.map(({ body }) => body.resent);
  expect(resent.toSorted((a, b) => a - b)).toEqual([0, 0, 3]);
});

test("a repeat with the same idempotency key sends nothing and is answered the same", async () => {
  await die(2);
  const headers = { "idempotency-key": "after-the-outage" };
  const first = await resend({ limit: 1 }, headers);
  expect(first.body).toMatchObject({ resent: 1, remaining: true });
  const second = await resend({ limit: 1 }, headers);
  expect(second.body).toEqual(first.body);
  expect(await queued()).toHaveLength(1);
  expect((await resend({ limit: 2 }, headers)).status).toBe(409);
});

test("more than the limit is gone through call by call", async () => {
  const dead = await die(3);
  const first = await resend({ limit: 2 });
  expect(first.body).toMatchObject({ resent: 2, matching: 2, remaining: true });
  const second = await resend({ limit: 2, cursor: first.body.next });
  expect(second.body).toEqual({ resent: 1, matching: 1, remaining: false, next: null });
  const keys = (await queued()).map(({ key }) => key);
  expect(keys).toEqual(dead.map(({ key }) => parseId("dlv", key)));
});

test("a dry run says how many and shows some, and sends nothing", async () => {
  const dead = await die(2);
  const { body } = await resend({ dryRun: true });
  expect(body).toMatchObject({ resent: 0, matching: 2, remaining: false });
  expect(body.sample.map((each: Shown) => each.id)).toEqual(dead.map(({ id }) => id).toReversed());
  expect(await queued()).toEqual([]);
});

test("the filter chooses by state, reason, type, subscription, subject and time", async () => {
  await die(1, "http_status");
  await die(1, "refused");
  const matching = async (filter: object) => (await resend({ dryRun: true, filter })).body.matching;
  expect(await matching({})).toBe(2);
  expect(await matching({ reason: "refused" })).toBe(1);
  expect(await matching({ state: "expired" })).toBe(0);
  expect(await matching({ type: "website_created" })).toBe(0);
  expect(await matching({ type: "website_status_changed", subscription: webhook.id })).toBe(2);
  expect(await matching({ subject: "website/1" })).toBe(0);
  expect(await matching({ until: new Date(0).toISOString() })).toBe(0);
  expect(await matching({ since: new Date(0).toISOString() })).toBe(2);
  expect((await resend({ filter: { state: "delivered" } })).body.errors[0].path).toBe("filter.state");
});

test("with the current mapping it goes where the subscription goes now", async () => {
  await die(1);
  const elsewhere = await makeWebhook(api);
  await api.call("PATCH", `/v1/subscriptions/${webhook.id}`, {
    body: { connectionId: elsewhere.connectionId },
  });
  await resend({ mapping: "current" });
  const { items } = (await api.call("GET", "/v1/deliveries?state=queued")).body;
  expect(items).toMatchObject([{ subscriptionVersion: 2, connectionId: elsewhere.connectionId }]);
});

test("an edited delivery keeps its input when it is sent again", async () => {
  const [dead] = await die(1);
  await api.call("POST", `/v1/deliveries/${dead!.id}/resend`, { body: { as: "same", input: {} } });
  await attemptAll(api, webhook, { state: "dead", reason: "http_status", detail: "Again" });
  await resend({});
  const { items } = (await api.call("GET", "/v1/deliveries?state=queued")).body;
  expect(items).toMatchObject([{ isEdited: true }]);
});

test("what is of a deleted subscription, or of another account, is left out", async () => {
  await die(1);
  const headers = await makeAccount(api);
  expect((await resend({}, headers)).body.resent).toBe(0);
  await api.call("DELETE", `/v1/subscriptions/${webhook.id}`);
  expect((await resend({})).body.resent).toBe(0);
});
