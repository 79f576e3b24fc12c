import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const EVENT = {
  type: "website_created",
  data: { event: "website_created", website: { id: 7, title: "Café" } },
};

function publish(body: unknown, headers: Record<string, string> = {}, key?: string) {
  return api.call("POST", "/v1/events", { body, headers, ...(key !== undefined && { key }) });
}

test("an event is on the bus with the data's JSON as its value, from the account's API source", async () => {
  const reply = await publish({ ...EVENT, subject: "website/8", time: "2026-11-23T12:00:00+01:00" });
  expect(reply.status).toBe(202);
  const record = api.records.at(-1)!;
  expect(Buffer.from(record.value).toString()).toBe(JSON.stringify(EVENT.data));
  const { body: sources } = await api.call("GET", "/v1/sources");
  const source = sources.items.find((each: { kind: string }) => each.kind === "api");
  expect(record.headers).toMatchObject({
    ce_id: reply.body.id,
    ce_type: "website_created",
    ce_subject: "website/8",
    ce_time: "2026-11-23T11:00:00.000Z",
    ce_source: expect.stringMatching(`/sources/${source.id}$`),
    "content-type": "application/json",
  });
});

test("the subject is read from the data when none is given", async () => {
  await publish(EVENT);
  expect(api.records.at(-1)!.headers["ce_subject"]).toBe("website/7");
});

test("two first events at once make one API source", async () => {
  const other = await makeAccount(api);
  await Promise.all([publish(EVENT, other), publish(EVENT, other)]);
  const { body } = await api.call("GET", "/v1/sources", { headers: other });
  expect(body.items).toHaveLength(1);
});

test.each(["0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])(
  "the time %s, which the log cannot hold, is refused instead of accepted and put aside later",
  async (time) => {
    const before = api.records.length;
    const { status, body } = await publish({ ...EVENT, time });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: "time", expected: expect.any(String) }]);
    expect(api.records).toHaveLength(before);
  },
);

describe("a batch", () => {
  test("answers for every item, in order, and publishes the good ones", async () => {
    const before = api.records.length;
    const reply = await publish([EVENT, { type: "", data: 1 }, EVENT]);
    expect(reply.status).toBe(202);
    const [first, second, third] = reply.body.items;
    expect(first.id).toMatch(/^evt_/);
    expect(third.id).toMatch(/^evt_/);
    expect(second.error).toMatchObject({ status: 400 });
    expect(second.error.errors.map((each: { path: string }) => each.path)).toEqual(["type", "data"]);
    expect(api.records).toHaveLength(before + 2);
  });

  test("takes 500 and refuses 501 and none", async () => {
    const items = (count: number) => Array.from({ length: count }, () => EVENT);
    expect((await publish(items(500))).body.items).toHaveLength(500);
    const tooMany = await publish(items(501));
    expect(tooMany.status).toBe(400);
    expect(tooMany.body.errors[0]).toMatchObject({ expected: "1 to 500 events", received: "501 events" });
    expect((await publish([])).status).toBe(400);
  });
});

describe("idempotency", () => {
  test("the same key and body give the same id, and the event is published again under it", async () => {
    const headers = { "idempotency-key": "order-1" };
    const first = await publish(EVENT, headers);
    const second = await publish(EVENT, headers);
    expect(second.status).toBe(202);
    expect(second.body.id).toBe(first.body.id);
    expect(api.records.slice(-2).map((record) => record.headers["ce_id"])).toEqual([
      first.body.id,
      first.body.id,
    ]);
  });

  test("the same key with another body is 409 and publishes nothing", async () => {
    const headers = { "idempotency-key": "order-2" };
    await publish(EVENT, headers);
    const before = api.records.length;
    const reply = await publish({ ...EVENT, subject: "website/9" }, headers);
    expect(reply.status).toBe(409);
    expect(reply.body.errors[0].path).toBe("idempotency-key");
    expect(api.records).toHaveLength(before);
  });

  test("requests with the same key at the same time get one id", async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => publish(EVENT, { "idempotency-key": "order-3" })),
    );
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  });

  test("an item's id is its key, in a batch and alone", async () => {
    const one = await publish({ ...EVENT, id: "item-1" });
    const batch = await publish([
      { ...EVENT, id: "item-1" },
      { ...EVENT, id: "item-2" },
      { ...EVENT, id: "item-2" },
    ]);
    expect(batch.body.items[0].id).toBe(one.body.id);
    expect(batch.body.items[1].id).toBe(batch.body.items[2].id);
    const changed = await publish([{ ...EVENT, type: "website_painted", id: "item-1" }, EVENT]);
    expect(changed.status).toBe(202);
    expect(changed.body.items[0].error).toMatchObject({ status: 409 });
    expect(changed.body.items[1].id).toMatch(/^evt_/);
  });

  test("a batch is repeated as a whole", async () => {
    const headers = { "idempotency-key": "batch-1" };
    const first = await publish([EVENT, EVENT], headers);
    expect((await publish([EVENT, EVENT], headers)).body).toEqual(first.body);
    expect((await publish([EVENT], headers)).status).toBe(409);
  });

  test("accounts do not share keys", async () => {
    const other = await makeAccount(api);
    const mine = await publish(EVENT, { "idempotency-key": "shared" });
    const theirs = await publish(EVENT, { ...other, "idempotency-key": "shared" });
    expect(theirs.body.id).not.toBe(mine.body.id);
  });

  test("a key that is none is refused", async () => {
    expect((await publish(EVENT, { "idempotency-key": "with space" })).status).toBe(400);
    expect((await publish({ ...EVENT, id: "x".repeat(256) })).body.errors[0].path).toBe("id");
  });
});

describe("what is refused", () => {
  test.each([
    ["no body", "", 400],
    ["broken JSON", "{", 400],
    ["a text", '"x"', 400],
    ["an unknown field", '{"type":"x","data":{},"extra":1}', 400],
    ["data that is no object", '{"type":"x","data":[]}', 400],
    ["a subject with a line break", String.raw`{"type":"x","data":{},"subject":"a\nb"}`, 400],
    ["a time that is none", '{"type":"x","data":{},"time":"yesterday"}', 400],
    ["deep nesting", `{"type":"x","data":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`, 400],
  ])("%s", async (_what, raw, status) => {
    const reply = await api.call("POST", "/v1/events", {
      raw,
      headers: { "content-type": "application/json" },
    });
    expect(reply.status).toBe(status);
    expect(reply.body.errors.length).toBeGreaterThan(0);
  });

  test("a missing key, a wrong one and one without the scope", async () => {
    const missing = await api.call("POST", "/v1/events", { body: EVENT, key: null });
    expect(missing.status).toBe(401);
    expect(missing.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect((await publish(EVENT, {}, "wrong")).status).toBe(401);
    expect((await publish(EVENT, {}, await makeKey(api, "read"))).status).toBe(403);
    expect((await publish(EVENT, {}, await makeKey(api, "publish"))).status).toBe(202);
  });

  test("a form and a body of 10 MB", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await api.call("POST", "/v1/events", { raw: "a=b", headers: form })).status).toBe(415);
    expect((await api.call("POST", "/v1/events", { raw: Buffer.alloc(10_000_000, "x") })).status).toBe(413);
  });

  test("while the bus is away: 503 with Retry-After", async () => {
    api.breakBus(true);
    const reply = await publish(EVENT);
    api.breakBus(false);
    expect(reply.status).toBe(503);
    expect(reply.headers.get("retry-after")).not.toBeNull();
  });
});

test("a type of ours cannot be published", async () => {
  const before = api.records.length;
  const { status, body } = await api.call("POST", "/v1/events", {
    body: { type: "stellwerk.breaker_opened", data: {} },
  });
  expect(status).toBe(400);
  expect(body.errors[0]).toMatchObject({ path: "type", message: expect.stringMatching("reserved") });
  expect(api.records).toHaveLength(before);
});
