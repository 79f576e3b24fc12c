/** Run now and cancel; and who waits for whom. */
import { parseId } from "@stellwerk/delivery";
import { QUEUE_CHANNEL } from "@stellwerk/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attemptAll, makeDelivery } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeSource, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
let source: { id: string; hook: string };
beforeAll(async () => {
  api = await openTestApi();
  source = await makeSource(api);
});
afterAll(() => api[Symbol.asyncDispose]());

const read = async (id: string) => (await api.call("GET", `/v1/deliveries/${id}`)).body;
const act = (id: string, what: "run" | "cancel", body?: unknown) =>
  api.call("POST", `/v1/deliveries/${id}/${what}`, body === undefined ? {} : { body });

/** Two about the same website, the first of which was not accepted. */
async function makeBlocked() {
  const webhook = await makeWebhook(api, { order: "subject", onRejected: "block" });
  const first = await makeDelivery(api, source.hook, webhook);
  const second = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, {
    state: null,
    held: true,
    reason: "blocking",
    detail: "The target answered 422.",
  });
  return { webhook, first, second };
}

test("one behind another says for whom it waits, in both languages, and the other how many wait for it", async () => {
  const { webhook, first, second } = await makeBlocked();
  const waiting = await read(second.id);
  expect(waiting).toMatchObject({
    state: "queued",
    reason: "behind",
    nextAttemptAt: null,
    blocks: 0,
    waitsFor: {
      deliveryId: first.id,
      subscriptionId: webhook.id,
      state: "held",
      reason: "blocking",
      ahead: 1,
    },
  });
  expect(waiting.sentence).toMatch(/^Waiting for an earlier one about the same subject: The one before it/);
  const headers = { "accept-language": "de" };
  const german = (await api.call("GET", `/v1/deliveries/${second.id}`, { headers })).body;
  expect(german.sentence).toMatch(/^Wartet auf eine frühere zum selben Gegenstand/);
  expect(await read(first.id)).toMatchObject({
    state: "held",
    reason: "blocking",
    waitsFor: null,
    blocks: 1,
  });
  const { items } = (await api.call("GET", `/v1/deliveries?subscription=${webhook.id}`)).body;
  expect(items.map((each: { blocks: number }) => each.blocks)).toEqual([0, 1]);
});

test("cancelled, it is dropped with what somebody wrote, and the next one goes on at once", async () => {
  const { first, second } = await makeBlocked();
  const told = await wordsWhile(async () => {
    const { status, body } = await act(first.id, "cancel", { reason: "Made by hand" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: "dead",
      reason: "dropped",
      detail: expect.stringMatching(/^Dropped by .+: Made by hand$/),
    });
    expect(body.finishedAt).not.toBeNull();
  });
  expect(told).toHaveLength(1);
  expect(await read(second.id)).toMatchObject({ state: "queued", reason: null, waitsFor: null });
  expect((await act(first.id, "cancel")).status).toBe(409);
});

test("run again, one that blocks is due now, and the one behind it is refused with whom it waits for", async () => {
  const { webhook, first, second } = await makeBlocked();
  const refused = await act(second.id, "run");
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toContain(first.id);
  const told = await wordsWhile(async () => {
    expect((await act(first.id, "run")).body).toMatchObject({
      state: "queued",
      reason: null,
      attemptCount: 1,
    });
  });
  expect(told).toHaveLength(1);
  await attemptAll(api, webhook);
  expect(await read(first.id)).toMatchObject({ state: "delivered", attemptCount: 2 });
});

test("one that waits for its retry is sent now; what is on its way, has ended or is in doubt is left alone", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, { state: null, retryInMs: 3_600_000, reason: "refused", detail: "x" });
  const { body } = await act(id, "run");
  expect(Date.parse(body.nextAttemptAt)).toBeLessThanOrEqual(Date.now() + 1_000);

  const uuid = parseId("dlv", id);
  await api.db.query("UPDATE queue SET claimed_epoch = 1 WHERE delivery_id = $1", [uuid]);
  for (const what of ["run", "cancel"] as const) expect((await act(id, what)).status).toBe(409);
  await api.db.query(
    "UPDATE queue SET claimed_epoch = NULL, held = true, reason = 'in_doubt' WHERE delivery_id = $1",
    [uuid],
  );
  for (const what of ["run", "cancel"] as const) {
    const answer = await act(id, what);
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/settle it/) } });
  }
});

test("one that settles says so, goes when it is run, and is dropped when it is cancelled", async () => {
  const webhook = await makeWebhook(api, { settle: { for: "10m" } });
  const first = await makeDelivery(api, source.hook, webhook);
  const second = await makeDelivery(api, source.hook, webhook);
  const settles =
    "UPDATE queue SET settle_until = now() + interval '10 minutes', due_at = now() + interval '10 minutes'";
  await api.db.query(`${settles} WHERE delivery_id = ANY ($1)`, [
    [first, second].map(({ id }) => parseId("dlv", id)),
  ]);
  expect(await read(first.id)).toMatchObject({ state: "queued", reason: "settling", attemptCount: 0 });
  const { body } = await act(first.id, "run");
  expect(body).toMatchObject({ state: "queued", reason: null });
  await attemptAll(api, webhook);
  expect(await read(first.id)).toMatchObject({ state: "delivered" });
  expect((await act(second.id, "cancel")).body).toMatchObject({ state: "dead", reason: "dropped" });
});

test("what waits for a paused target is not run, but can be dropped", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  await api.call("POST", `/v1/subscriptions/${webhook.id}/pause`, { body: {} });
  expect((await act(id, "run")).body.detail).toMatch(/paused/);
  expect((await act(id, "cancel")).body).toMatchObject({ state: "dead", reason: "dropped" });
});

test("another account's is not found", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  const headers = await makeAccount(api);
  for (const what of ["run", "cancel"]) {
    expect((await api.call("POST", `/v1/deliveries/${id}/${what}`, { headers })).status).toBe(404);
  }
});

/** What the partition's owner hears. */
async function wordsWhile(work: () => Promise<void>): Promise<string[]> {
  const words: string[] = [];
  const listener = await api.db.listen(
    [QUEUE_CHANNEL],
    (_, payload) => words.push(payload),
    () => {},
  );
  await work();
  await expect.poll(() => words.length).toBeGreaterThan(0);
  await listener.close();
  return words;
}
