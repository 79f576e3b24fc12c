import { parseId } from "@stellwerk/delivery";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attemptAll, makeDelivery } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeSource, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
let source: { id: string; hook: string };
beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
});
afterAll(() => api[Symbol.asyncDispose]());

async function listed(query: string): Promise<string[]> {
  const { body } = await api.call("GET", `/v1/deliveries?${query}`);
  return body.items.map((each: { id: string }) => each.id);
}
const read = async (id: string) => (await api.call("GET", `/v1/deliveries/${id}`)).body;

test("what waits for a paused subscription is held with the pause's reason, and queued again when it goes on", async () => {
  const webhook = await makeWebhook(api);
  const delivery = await makeDelivery(api, source.hook, webhook);
  await api.call("POST", `/v1/subscriptions/${webhook.id}/pause`, { body: { reason: "Relaunch" } });
  const held = await read(delivery.id);
  expect(held).toMatchObject({
    state: "held",
    reason: "paused",
    detail: "Relaunch",
    nextAttemptAt: null,
  });
  expect(held.sentence).toMatch(/^Held since /);
  expect(held.fix).toMatch(/Resume/);
  const headers = { "accept-language": "de" };
  const german = (await api.call("GET", `/v1/deliveries/${delivery.id}`, { headers })).body;
  expect(german.sentence).toMatch(/^Zurückgehalten seit /);
  expect(german.fix).toMatch(/Setze/);
  const { paused } = (await api.call("GET", `/v1/subscriptions/${webhook.id}`, { headers })).body;
  expect(paused.sentence).toMatch(/^Zurückgehalten seit /);
  expect(await listed(`subscription=${webhook.id}&state=held`)).toEqual([delivery.id]);
  expect(await listed(`subscription=${webhook.id}&state=queued`)).toEqual([]);
  const { waiting } = (await api.call("GET", `/v1/subscriptions/${webhook.id}`)).body;
  expect(waiting.isMore).toBe(false);

  await api.call("POST", `/v1/subscriptions/${webhook.id}/resume`);
  expect(await read(delivery.id)).toMatchObject({ state: "queued", reason: null });
  expect(await listed(`subscription=${webhook.id}&state=queued`)).toEqual([delivery.id]);
});

test("a paused connection holds what goes over it", async () => {
  const webhook = await makeWebhook(api);
  const delivery = await makeDelivery(api, source.hook, webhook);
  await api.db.query(
    "UPDATE connection SET paused_at = now(), paused_reason = 'auth', paused_detail = 'token_revoked' WHERE id = $1",
    [parseId("con", webhook.connectionId)],
  );
  expect(await read(delivery.id)).toMatchObject({ state: "held", reason: "auth" });
  expect(await listed(`subscription=${webhook.id}&state=held`)).toEqual([delivery.id]);
});

test("what an open breaker delays is queued and due when the target is tried next", async () => {
  const webhook = await makeWebhook(api);
  const delivery = await makeDelivery(api, source.hook, webhook);
  const probeAt = new Date(Date.now() + 600_000).toISOString();
  await api.db.query(
    `INSERT INTO target_health (
       subscription_id, account_id, partition, breaker, failing_since, opened_at, probe_at, reason, snapshot
     )
     VALUES ($1, $2, 0, 'open', now(), now(), $3, 'timeout', '{}')`,
    [parseId("sub", webhook.id), api.accountId, probeAt],
  );
  expect(await read(delivery.id)).toMatchObject({
    state: "queued",
    reason: "breaker_open",
    nextAttemptAt: probeAt,
  });
  expect(await listed(`subscription=${webhook.id}&state=queued`)).toEqual([delivery.id]);
});

test("a pause changes nothing about what has ended", async () => {
  const webhook = await makeWebhook(api);
  const delivery = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook);
  await api.call("POST", `/v1/subscriptions/${webhook.id}/pause`);
  expect(await read(delivery.id)).toMatchObject({ state: "delivered", reason: null });
});

test("what ended is found by its reason and its event's type; among everything they are refused", async () => {
  const webhook = await makeWebhook(api);
  const delivery = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, { state: "dead", reason: "gone_away", detail: "410" });
  expect(await listed("state=dead&reason=gone_away")).toEqual([delivery.id]);
  expect(await listed("state=dead&reason=other")).toEqual([]);
  expect(await listed("state=dead&reason=gone_away&type=website_status_changed")).toEqual([delivery.id]);
  expect(await listed("state=dead&type=website_created")).toEqual([]);
  expect(await listed(`event=${delivery.eventId}&reason=gone_away`)).toEqual([delivery.id]);
  const refused = await api.call("GET", "/v1/deliveries?reason=gone_away&state=delivered");
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0]).toMatchObject({ path: "reason" });
});
