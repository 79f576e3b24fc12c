import { formatId, newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attemptAll, routePublished } from "../testing/dispatch.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey, makeSource, makeWebhook, SAMPLE } from "../testing/requests.ts";

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  api.call("POST", path, { body, headers });
const DONE = {
  type: "website_status_changed",
  data: { event: "website_status_changed", website: { id: 7, status: "Fertig" } },
};
const DRAFT = {
  name: "Draft",
  eventTypes: ["website_status_changed"],
  when: { "website.status": { $eq: "Done" } },
  action: "webhook.send",
  connection: { connector: "webhook", settings: { url: "https://93.184.215.14/hook?token=abc" } },
};

async function publish(): Promise<string> {
  const { hook } = await makeSource(api);
  const headers = { "content-type": "application/json" };
  const { body } = await api.call("POST", hook, { raw: SAMPLE, headers });
  await routePublished(api);
  return body.id;
}

describe("a preview", () => {
  test("shows the request that would be sent, without what is secret in its address", async () => {
    const { status, body } = await post("/v1/subscriptions/preview", { subscription: DRAFT, data: DONE });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      event: { origin: "given", id: null, subject: "website/7" },
      wouldSend: true,
      sentence: "It would be sent.",
      condition: { verdict: true },
      request: { method: "POST", url: "https://93.184.215.14/hook?token=••••" },
      problems: [],
    });
    expect(JSON.parse(body.request.body)).toEqual(DONE.data);
    expect((await api.call("GET", "/v1/subscriptions")).body.items).toEqual([]);
  });

  test.each([
    ["the condition fails", { when: { "website.status": { $eq: "Feedback" } } }, /Feedback/],
    [
      "it is for another type",
      { eventTypes: ["website_created"], when: null },
      /not for website_status_changed/,
    ],
    ["it is switched off", { enabled: false }, /switched off/],
  ])("says why nothing would be sent: %s", async (_name, change, sentence) => {
    const subscription = { ...DRAFT, ...change };
    const { body } = await post("/v1/subscriptions/preview", { subscription, data: DONE });
    expect(body).toMatchObject({ wouldSend: false, sentence: expect.stringMatching(sentence) });
  });

  test("says that what is paused waits", async () => {
    const { id } = await makeWebhook(api);
    await api.call("POST", `/v1/subscriptions/${id}/pause`, { body: {} });
    const { body } = await post(`/v1/subscriptions/${id}/preview`, { data: DONE });
    expect(body).toMatchObject({ wouldSend: false, sentence: expect.stringContaining("paused") });
    expect(body.request).toMatchObject({ method: "POST" });
  });

  test("shows no input that nobody could read", async () => {
    const input = { payload: "mapped", body: Array.from({ length: 50 }, () => ({ $path: "website" })) };
    const website = { id: 7, title: "x".repeat(10_000) };
    const data = { type: "website_status_changed", data: { ...DONE.data, website } };
    const { id } = await makeWebhook(api, { input });
    const { body } = await post(`/v1/subscriptions/${id}/preview`, { data });
    expect([body.wouldSend, body.input, body.request.body.length]).toEqual([true, null, 100_000]);
  });

  test("of a saved one takes its newest event, or a sample while there is none", async () => {
    const { id } = await makeWebhook(api);
    const sample = await post(`/v1/subscriptions/${id}/preview`);
    expect(sample.body.event).toMatchObject({ origin: "sample", id: null, type: "website_status_changed" });
    const eventId = await publish();
    const newest = await post(`/v1/subscriptions/${id}/preview`, {}, { "accept-language": "de" });
    expect(newest.body.event).toMatchObject({ origin: "event", id: eventId });
    expect([newest.body.sentence, newest.body.request.body]).toEqual(["Es würde gesendet.", SAMPLE]);
  });

  test.each([
    [{ sample: { type: "website_craeted" } }, "sample.type", /website_created/],
    [{ sample: { type: "website_created", name: "nothing" } }, "sample.name", /Did you mean/],
    [{ eventId: formatId("evt", newUuid()) }, "eventId", /GET \/v1\/events/],
    [{ data: DONE, sample: { type: "website_created" } }, "eventId", /Leave out/],
  ])("refuses %j with its place", async (choice, path, fix) => {
    const { id } = await makeWebhook(api);
    const { status, body } = await post(`/v1/subscriptions/${id}/preview`, choice);
    expect([status, body.errors[0].path]).toEqual([400, path]);
    expect(body.errors[0].fix).toMatch(fix);
  });

  test("sees nothing of another account's subscriptions, connections and events", async () => {
    const { id, connectionId } = await makeWebhook(api);
    const eventId = await publish();
    const headers = await makeAccount(api);
    expect((await post(`/v1/subscriptions/${id}/preview`, {}, headers)).status).toBe(404);
    const { connection, ...draft } = DRAFT;
    const foreign = { subscription: { ...draft, connectionId }, data: DONE };
    expect((await post("/v1/subscriptions/preview", foreign, headers)).body.errors[0].path).toBe(
      "connectionId",
    );
    const withEvent = { subscription: { ...draft, connection }, eventId };
    expect((await post("/v1/subscriptions/preview", withEvent, headers)).body.errors[0].path).toBe("eventId");
  });
});

describe("a test", () => {
  test("is a delivery for this subscription alone, and its event is told from those that happened", async () => {
    const { id } = await makeWebhook(api, { name: "Tested" });
    await makeWebhook(api, { name: "Another" });
    const { status, body } = await post(`/v1/subscriptions/${id}/test`, { data: DONE, wait: 0 });
    expect([status, body.state, body.subscriptionId, body.attempts]).toEqual([201, "queued", id, []]);
    await attemptAll(api, { id });
    const after = await api.call("GET", `/v1/deliveries/${body.id}`);
    expect(after.body).toMatchObject({ state: "delivered", attemptCount: 1 });
    const { body: event } = await api.call("GET", `/v1/events/${body.eventId}`);
    expect(event.verdicts).toMatchObject([
      { subscriptionName: "Another", verdict: "test" },
      { subscriptionName: "Tested", verdict: "delivered" },
    ]);
    expect(event.isTest).toBe(true);
  });

  test("waits for its first attempt and answers with what came of it", async () => {
    const { id } = await makeWebhook(api);
    const eventId = await publish();
    const asked = post(`/v1/subscriptions/${id}/test`, { eventId, wait: 15 });
    await expect
      .poll(async () => (await api.call("GET", "/v1/deliveries")).body.items.length, { timeout: 5_000 })
      .toBe(1);
    await attemptAll(api, { id });
    const { body } = await asked;
    expect(body).toMatchObject({ state: "delivered", eventId, attempts: [{ reply: { status: 200 } }] });
  });

  test("of a draft leaves a delivery and nothing to be seen of the draft", async () => {
    const { status, body } = await post("/v1/subscriptions/test", {
      subscription: DRAFT,
      data: DONE,
      wait: 0,
    });
    expect([status, body.state]).toEqual([201, "queued"]);
    for (const list of [
      "subscriptions",
      "connections",
      "events",
      "events?subject=website/321654",
      "events?q=Harry",
    ]) {
      expect((await api.call("GET", `/v1/${list}`)).body.items).toEqual([]);
    }
    expect((await api.call("GET", `/v1/events/${await publish()}`)).body.verdicts).toEqual([]);
    await attemptAll(api, { id: body.subscriptionId });
    expect((await api.call("GET", `/v1/deliveries/${body.id}`)).body.state).toBe("delivered");
  });

  test("asked for twice with one idempotency key is sent once", async () => {
    const { id } = await makeWebhook(api);
    const headers = { "idempotency-key": "test-1" };
    const ask = () => post(`/v1/subscriptions/${id}/test`, { data: DONE, wait: 0 }, headers);
    expect((await ask()).body.id).toBe((await ask()).body.id);
    expect((await api.call("GET", "/v1/deliveries")).body.items).toHaveLength(1);
  });

  test("needs a key that may manage; a preview of what is saved only one that may read", async () => {
    const { id } = await makeWebhook(api);
    const key = await makeKey(api, "read");
    expect((await api.call("POST", `/v1/subscriptions/${id}/test`, { key, body: {} })).status).toBe(403);
    expect((await api.call("POST", `/v1/subscriptions/${id}/preview`, { key, body: {} })).status).toBe(200);
  });
});
