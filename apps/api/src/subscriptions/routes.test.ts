import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const DRAFT = {
  name: "My Zap",
  eventTypes: ["website_created", "website_status_changed"],
  action: "webhook.send",
  connection: { connector: "webhook", settings: { url: "https://hooks.zapier.com/hooks/catch/1/abc/" } },
};

function make(change: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  return api.call("POST", "/v1/subscriptions", { body: { ...DRAFT, ...change }, headers });
}

async function versions(): Promise<
  { version: number; revision: number; enabled: boolean; deleted: boolean }[]
> {
  return api.db.query(
    "SELECT version, revision, enabled, deleted FROM subscription_version ORDER BY revision",
  );
}

async function heard(change: () => Promise<unknown>): Promise<string[]> {
  const payloads: string[] = [];
  const listener = await api.db.listen(
    ["stellwerk_config"],
    (_channel, payload) => void payloads.push(payload),
    () => {},
  );
  await change();
  await expect.poll(() => payloads.length).toBeGreaterThan(0);
  await listener.close();
  return payloads;
}

test("a plain webhook is one request, and its signing secret is in the answer once", async () => {
  const { status, body } = await make();
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name: "My Zap",
    enabled: true,
    order: "none",
    input: {},
    warnings: [],
    version: 1,
  });
  expect(body.connection).toMatchObject({ id: body.connectionId, name: "Webhook", connector: "webhook" });
  expect(body.connection.secrets.signingSecret).toMatch(/^whsec_/);
  const read = await api.call("GET", `/v1/subscriptions/${body.id}`);
  expect(read.bytes.toString()).not.toContain("whsec_");
  expect(read.headers.get("etag")).toBe('"1"');
  const { waiting, ...listed } = read.body;
  expect(waiting).toEqual({ count: 0, isMore: false });
  expect((await api.call("GET", "/v1/subscriptions")).body.items).toContainEqual(listed);
});

test("a change writes a version with its revision and is heard by the dispatchers", async () => {
  const { body } = await make();
  const payloads = await heard(() =>
    api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: { enabled: false } }),
  );
  expect(payloads).toEqual([api.accountId]);
  await heard(() => api.call("DELETE", `/v1/subscriptions/${body.id}`));
  const [made, changed, deleted] = (await versions()).slice(-3);
  expect([made!.version, changed!.version, deleted!.version]).toEqual([1, 2, 3]);
  expect([made!.enabled, changed!.enabled, deleted!.deleted]).toEqual([true, false, true]);
  const [account] = await api.db.query<{ revision: number }>(
    "SELECT revision FROM account ORDER BY id LIMIT 1",
  );
  expect(deleted!.revision).toBe(account!.revision);
  expect((await api.call("GET", `/v1/subscriptions/${body.id}`)).status).toBe(404);
});

test("a repeat with the same idempotency key answers with the same subscription and makes no second one", async () => {
  const headers = { "idempotency-key": "zap-1" };
  const before = (await api.call("GET", "/v1/connections?limit=200")).body.items.length;
  const [first, second] = await Promise.all([make({}, headers), make({}, headers)]);
  expect(second.body).toEqual(first.body);
  expect((await api.call("GET", "/v1/connections?limit=200")).body.items).toHaveLength(before + 1);
  expect((await make({ name: "Other" }, headers)).status).toBe(409);
});

test("a retry schedule is kept as durations, the default is shown when there is none", async () => {
  const { body } = await make({ retry: { schedule: ["5s", "90s", "2h"] } });
  expect(body.retry.schedule).toEqual(["5s", "90s", "2h"]);
  const reset = await api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: { retry: null } });
  expect(reset.body.retry.schedule.slice(0, 3)).toEqual(["5s", "5m", "30m"]);
  const wrong = await make({ retry: { schedule: ["soon", "0s", "8d"] } });
  expect(wrong.body.errors.map((each: { path: string }) => each.path)).toEqual([
    "retry.schedule.0",
    "retry.schedule.1",
    "retry.schedule.2",
  ]);
});

test("an age limit is kept, with the usual schedule when only it is given", async () => {
  const { body } = await make({ retry: { maxAge: "2d" } });
  expect(body.retry).toMatchObject({ maxAge: "2d" });
  expect(body.retry.schedule.slice(0, 3)).toEqual(["5s", "5m", "30m"]);
  const reset = await api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: { retry: null } });
  expect(reset.body.retry.maxAge).toBeNull();
});

test("limits are kept with the version, and taken back with null", async () => {
  const { body } = await make({ limits: { concurrency: 4, perSecond: 0.5 } });
  expect(body.limits).toEqual({ concurrency: 4, perSecond: 0.5 });
  const patch = (limits: unknown) => api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: { limits } });
  expect((await patch({ perSecond: 10 })).body.limits).toEqual({ concurrency: null, perSecond: 10 });
  expect((await patch(null)).body.limits).toEqual({ concurrency: null, perSecond: null });
  const rows = await api.db.query(
    "SELECT concurrency, per_second FROM subscription_version ORDER BY created_at DESC, version DESC LIMIT 3",
  );
  expect(rows).toEqual([
    { concurrency: null, per_second: null },
    { concurrency: null, per_second: 10 },
    { concurrency: 4, per_second: 0.5 },
  ]);
  for (const wrong of [{ concurrency: 0 }, { concurrency: 257 }, { perSecond: 0 }, { perSecond: 1_001 }]) {
    expect((await patch(wrong)).body.errors[0].path).toBe(`limits.${Object.keys(wrong)[0]}`);
  }
});

describe("event types", () => {
  test("one never seen is saved with a warning", async () => {
    const { status, body } = await make({ eventTypes: ["website_created", "website_paintd"] });
    expect(status).toBe(201);
    expect(body.warnings).toEqual([
      { path: "eventTypes.1", message: expect.stringMatching("website_paintd"), fix: null },
    ]);
  });

  test("an alert names the operations events that it is for", async () => {
    const { status, body } = await make({ eventTypes: ["stellwerk.subscription_stopped", "stellwerk.typo"] });
    expect(status).toBe(201);
    expect(body.warnings).toMatchObject([{ path: "eventTypes.1" }]);
  });

  test('"*" is every type, and no other pattern is taken', async () => {
    expect((await make({ eventTypes: ["*"] })).body.warnings).toEqual([]);
    const wrong = await make({ eventTypes: ["website_*"] });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors[0].path).toBe("eventTypes.0");
    expect((await make({ eventTypes: [] })).status).toBe(400);
  });
});

describe("what is refused", () => {
  test("an unknown action, with the nearest ones", async () => {
    for (const action of ["webhok.send", "webhook.constructor", "nothing"]) {
      const { status, body } = await make({ action });
      expect(status).toBe(400);
      expect(body.errors[0]).toMatchObject({ path: "action", fix: expect.stringMatching(/^Did you mean /) });
    }
    expect((await make({ action: "webhok.send" })).body.errors[0].fix).toMatch("webhook.send");
  });

  test("an action of another connector than the connection's", async () => {
    expect((await make({ action: "inbox.keep" })).body.errors[0].path).toBe("action");
    const inbox = await api.call("POST", "/v1/connections", { body: { connector: "inbox", name: "Inbox" } });
    const mixed = await make({ connection: undefined, connectionId: inbox.body.id });
    expect(mixed.status).toBe(400);
    expect(mixed.body.errors[0].path).toBe("action");
  });

  test("both or neither of connection and connectionId", async () => {
    expect((await make({ connection: undefined })).body.errors[0].path).toBe("connectionId");
    expect((await make({ connectionId: "con_01j9zzzzzzzzzzzzzzzzzzzzzz" })).status).toBe(400);
  });

  test("an inline connection that does not fit, at its place", async () => {
    const { body } = await make({ connection: { connector: "webhook", settings: { url: "x" } } });
    expect(body.errors[0].path).toBe("connection.settings.url");
  });

  test.each(["999ms", "0s", "8d", "soon"])("a settle time of %s", async (duration) => {
    const { status, body } = await make({ settle: { for: duration } });
    expect([status, body.errors[0].path]).toEqual([400, "settle.for"]);
  });
});

test("a settle time is kept, changed, and taken away", async () => {
  const { body } = await make({ settle: { for: "10m" } });
  expect(body.settle).toEqual({ for: "10m" });
  const patch = (change: unknown) => api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: change });
  expect((await patch({ name: "Another" })).body.settle).toEqual({ for: "10m" });
  expect((await patch({ settle: { for: "7d" } })).body.settle).toEqual({ for: "7d" });
  expect((await patch({ settle: null })).body.settle).toBeNull();
  expect((await make({ name: "At once" })).body.settle).toBeNull();
});

test("a condition is kept as it was written, changed, and taken away", async () => {
  const when = { "website.status": { $in: ["Creation", "Fertig"] } };
  const { body } = await make({ when });
  expect(body.when).toEqual(when);
  const patch = (change: unknown) => api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: change });
  expect((await patch({ name: "Another" })).body.when).toEqual(when);
  expect((await patch({ when: { $or: [when] } })).body.when).toEqual({ $or: [when] });
  expect((await patch({ when: null })).body.when).toBeNull();
});

test("a condition that cannot be one is refused with the place, what was expected and what to write", async () => {
  const { status, body } = await make({ when: { "website.status": { $inn: ["Done"] } } });
  expect(status).toBe(400);
  expect(body.errors[0]).toMatchObject({
    path: "when.website.status.$inn",
    expected: expect.any(String),
    fix: expect.stringContaining("$in"),
  });
});

test("the order of a subject is kept with the rule, and a block needs one", async () => {
  const { body } = await make({ order: "subject", onRejected: "block" });
  expect(body).toMatchObject({ order: "subject", onRejected: "block" });
  const patch = (change: unknown) => api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: change });
  expect((await patch({ name: "Renamed" })).body).toMatchObject({ order: "subject", onRejected: "block" });
  const refused = [await patch({ order: "none" }), await make({ onRejected: "block" })];
  for (const { status, body: problem } of refused) {
    expect(status).toBe(400);
    expect(problem.errors).toMatchObject([{ path: "onRejected" }]);
  }
  expect((await patch({ order: "none", onRejected: "skip" })).body).toMatchObject({ order: "none" });
});

test.each([
  [
    "a path that a documented type lacks",
    { when: { "website.statsu": "Done" } },
    "when.website.statsu",
    "website.status",
  ],
])("%s is refused with the nearest one", async (_name, change, path, fix) => {
  const { status, body } = await make({ ...change, eventTypes: ["website_status_changed"] });
  expect([status, body.errors[0].path]).toEqual([400, path]);
  expect(body.errors[0].fix).toContain(fix);
});

test("what is doubtful is saved with a warning that says what may be meant", async () => {
  const { status, body } = await make({
    eventTypes: ["website_created"],
    when: { "website.colour": { $eq: "red" } },
  });
  expect(status).toBe(201);
  expect(body.warnings[0]).toMatchObject({ path: "when.website.colour.$eq", message: expect.any(String) });
  const unknown = await make({
    when: { "website.status": { $in: ["Dnoe"] } },
    eventTypes: ["website_status_changed"],
  });
  expect(unknown.body.warnings[0].fix).toContain("Done");
});

test("a change is checked against the whole rule", async () => {
  const { body } = await make();
  const patch = (change: unknown) => api.call("PATCH", `/v1/subscriptions/${body.id}`, { body: change });
  expect((await patch({ action: "inbox.keep" })).status).toBe(400);
  expect((await patch({ input: { unknown: 1 } })).status).toBe(400);
  const moved = await makeWebhook(api);
  expect((await patch({ connectionId: moved.connectionId })).body.connectionId).toBe(moved.connectionId);
});

test("another account neither sees nor changes it", async () => {
  const { body } = await make();
  const headers = await makeAccount(api);
  const path = `/v1/subscriptions/${body.id}`;
  expect((await api.call("GET", path, { headers })).status).toBe(404);
  expect((await api.call("PATCH", path, { headers, body: { enabled: false } })).status).toBe(404);
  expect((await api.call("DELETE", path, { headers })).status).toBe(404);
  expect((await api.call("GET", path)).body.enabled).toBe(true);
});
