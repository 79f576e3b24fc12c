/** What a person decides about a delivery that is held, or in doubt. */
import { parseId } from "@stellwerk/delivery";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
const resolve = (id: string, as: string, reason?: string) =>
  api.call("POST", `/v1/deliveries/${id}/resolve`, {
    body: { as, ...(reason === undefined ? {} : { reason }) },
  });

async function makeHeld(reason: "in_doubt" | "blocking" = "in_doubt") {
  const webhook = await makeWebhook(api, { order: "subject", onRejected: "block" });
  const first = await makeDelivery(api, source.hook, webhook);
  const second = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, {
    state: null,
    held: true,
    possiblySent: reason === "in_doubt",
    reason,
    detail: "The connection was lost.",
  });
  return { webhook, first, second };
}

const inQueue = (id: string) =>
  api.db.query("SELECT held, started_at, possibly_sent FROM queue WHERE delivery_id = $1", [
    parseId("dlv", id),
  ]);

describe.each(["in_doubt", "blocking"] as const)("one that is held, %s", (reason) => {
  test("as delivered: it ends as that, says who said so, and the next of its subject goes on", async () => {
    const { first, second } = await makeHeld(reason);
    expect(await read(second.id)).toMatchObject({ reason: "behind" });
    const { status, body } = await resolve(first.id, "delivered", "I see it in the channel");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: "delivered",
      reason: "settled",
      detail: expect.stringMatching(/^Settled as delivered by the key “.+”: I see it in the channel$/),
      fix: null,
      possiblySent: reason === "in_doubt",
      attemptCount: 1,
    });
    expect(await inQueue(first.id)).toEqual([]);
    expect(await read(second.id)).toMatchObject({ state: "queued", reason: null, waitsFor: null });
  });

  test("as dropped: it ends as dead, in the list of what was not delivered", async () => {
    const { first, second } = await makeHeld(reason);
    expect((await resolve(first.id, "drop")).body).toMatchObject({ state: "dead", reason: "dropped" });
    const { items } = (await api.call("GET", `/v1/deliveries?state=dead&reason=dropped&limit=1`)).body;
    expect(items).toMatchObject([{ id: first.id }]);
    expect(await read(second.id)).toMatchObject({ waitsFor: null });
  });

  test("to be sent: it is due now under the same key, and the next of its subject waits for it still", async () => {
    const { webhook, first, second } = await makeHeld(reason);
    const { body } = await resolve(first.id, "send");
    expect(body).toMatchObject({ state: "queued", reason: "send_decided", key: first.key });
    expect(Date.parse(body.nextAttemptAt)).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(await inQueue(first.id)).toEqual([
      { held: false, started_at: null, possibly_sent: reason === "in_doubt" },
    ]);
    expect(await read(second.id)).toMatchObject({ waitsFor: { deliveryId: first.id } });
    await attemptAll(api, webhook);
    expect(await read(first.id)).toMatchObject({
      state: "delivered",
      attemptCount: 2,
      possiblySent: reason === "in_doubt",
    });
  });
});

test("one that waits to be looked for is in doubt, says so, and may be decided about", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  await api.db.query(
    "UPDATE queue SET started_at = now(), due_at = now() + interval '1 minute' WHERE delivery_id = $1",
    [parseId("dlv", id)],
  );
  expect(await read(id)).toMatchObject({
    state: "queued",
    reason: "looking",
    possiblySent: true,
    sentence: expect.stringMatching(/^In doubt: Nobody knows yet/),
  });
  for (const what of ["run", "cancel"]) {
    expect(await api.call("POST", `/v1/deliveries/${id}/${what}`)).toMatchObject({
      status: 409,
      body: { detail: expect.stringMatching(/settle it/) },
    });
  }
  expect((await resolve(id, "send")).body).toMatchObject({ state: "queued", possiblySent: true });
  expect(await inQueue(id)).toEqual([{ held: false, started_at: null, possibly_sent: true }]);
});

test("of many who decide at once one is heard, and the others are told what it is now", async () => {
  const { first } = await makeHeld();
  const answers = await Promise.all(
    ["delivered", "drop", "send", "delivered", "drop", "send"].map((as) => resolve(first.id, as)),
  );
  const heard = answers.filter(({ status }) => status === 200);
  expect(heard).toHaveLength(1);
  const { state } = await read(first.id);
  expect(heard[0]!.body.state).toBe(state);
  for (const { status, body } of answers.filter((each) => each !== heard[0])) {
    expect(status).toBe(409);
    expect(body.errors).toMatchObject([{ expected: "held, or in doubt", received: state }]);
  }
});

test("what waits, is on its way, is paused or has ended is not decided about", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  expect(await resolve(id, "send")).toMatchObject({
    status: 409,
    body: { errors: [{ received: "queued" }] },
  });
  await api.db.query(
    "UPDATE queue SET started_at = now(), claimed_epoch = (SELECT epoch FROM partition_owner WHERE partition = queue.partition) WHERE delivery_id = $1",
    [parseId("dlv", id)],
  );
  expect(await resolve(id, "drop")).toMatchObject({
    status: 409,
    body: { errors: [{ received: "sending" }] },
  });
  await api.db.query("UPDATE queue SET started_at = NULL, claimed_epoch = NULL");
  await api.call("POST", `/v1/subscriptions/${webhook.id}/pause`, { body: {} });
  expect(await resolve(id, "drop")).toMatchObject({ status: 409, body: { errors: [{ received: "held" }] } });
  await api.call("POST", `/v1/subscriptions/${webhook.id}/resume`, { body: {} });
  await attemptAll(api, webhook);
  expect(await resolve(id, "send")).toMatchObject({
    status: 409,
    body: { errors: [{ received: "delivered" }] },
  });
  expect((await resolve(id, "again")).status).toBe(400);
});

test("one in doubt is not resent: it is to be settled first", async () => {
  const { first } = await makeHeld();
  const answer = await api.call("POST", `/v1/deliveries/${first.id}/resend`, { body: { as: "same" } });
  expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringMatching(/settle that first/) } });
});

test("what is sent again under the same key, and may have arrived, says so; under a new one it does not", async () => {
  const webhook = await makeWebhook(api);
  const { id } = await makeDelivery(api, source.hook, webhook);
  await attemptAll(api, webhook, { state: "dead", reason: "exhausted", detail: "x", possiblySent: true });
  const resend = (as: string) => api.call("POST", `/v1/deliveries/${id}/resend`, { body: { as } });
  expect((await resend("same")).body).toMatchObject({ possiblySent: true, state: "queued" });
  expect((await resend("new")).body).toMatchObject({ possiblySent: false });

  const other = await makeWebhook(api);
  await makeDelivery(api, source.hook, other);
  await attemptAll(api, other, { state: "dead", reason: "exhausted", detail: "x", possiblySent: true });
  const filter = { subscription: other.id };
  const { body } = await api.call("POST", "/v1/deliveries/resend", { body: { filter, as: "same" } });
  expect(body.resent).toBe(1);
  const { items } = (await api.call("GET", `/v1/deliveries?subscription=${other.id}&state=queued`)).body;
  expect(items).toMatchObject([{ possiblySent: true }]);
});

test("what is held goes on to its end when its subscription is deleted", async () => {
  const { webhook, first, second } = await makeHeld();
  await api.call("DELETE", `/v1/subscriptions/${webhook.id}`);
  const rows = await api.db.query(
    "SELECT held, behind, due_at <= now() AS due FROM queue WHERE delivery_id = ANY ($1) ORDER BY seq",
    [[parseId("dlv", first.id), parseId("dlv", second.id)]],
  );
  expect(rows).toEqual([
    { held: false, behind: false, due: true },
    { held: false, behind: true, due: false },
  ]);
});

test("another account's is not found", async () => {
  const { first } = await makeHeld();
  const headers = await makeAccount(api);
  const body = { as: "delivered" };
  expect((await api.call("POST", `/v1/deliveries/${first.id}/resolve`, { headers, body })).status).toBe(404);
  expect(await read(first.id)).toMatchObject({ state: "held" });
});
