import { parseId } from "@stellwerk/delivery";
import { keepHeard } from "@stellwerk/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey, SAMPLE } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function post(hookUrl: string) {
  const headers = { "content-type": "application/json" };
  return api.call("POST", new URL(hookUrl).pathname, { raw: SAMPLE, headers, key: null });
}

async function make(body: Record<string, unknown> = {}) {
  const reply = await api.call("POST", "/v1/sources", {
    body: { name: "Our Sitejet", kind: "sitejet", ...body },
  });
  expect(reply.status).toBe(201);
  return reply.body;
}

test("a source says when its last event came, and since when it is silent", async () => {
  const { id, lastEventAt, silentSince } = await make();
  expect([lastEventAt, silentSince]).toEqual([null, null]);
  const [account] = await api.db.query<{ id: string }>("SELECT account_id AS id FROM source WHERE id = $1", [
    parseId("src", id),
  ]);
  const spoke = { accountId: account!.id, sourceId: parseId("src", id)!, partition: 0, events: 1 };
  await keepHeard(api.db, { subjects: [], gaps: [], sources: [spoke] });
  const { body } = await api.call("GET", `/v1/sources/${id}`);
  expect(Date.parse(body.lastEventAt)).toBeGreaterThan(Date.now() - 60_000);
  await api.db.query("UPDATE source_activity SET silent_since = last_event_at");
  const { items } = (await api.call("GET", "/v1/sources")).body;
  expect(items).toContainEqual({ ...body, silentSince: body.lastEventAt });
});

test("a source is made with a hook URL that works at once, and read back", async () => {
  const source = await make({ key: "main", managerUrl: "https://manager.example.com" });
  expect(source).toMatchObject({
    kind: "sitejet",
    key: "main",
    managerUrl: "https://manager.example.com",
    version: 1,
  });
  expect(source.hookUrl).toMatch(`${api.url}/hooks/`);
  expect((await post(source.hookUrl)).status).toBe(202);
  expect((await api.call("GET", `/v1/sources/${source.id}`)).body).toEqual(source);
  const { body } = await api.call("GET", "/v1/sources");
  expect(body.items).toContainEqual(source);
});

test("a key that may only read does not see the hook URL", async () => {
  const source = await make();
  const key = await makeKey(api, "read");
  expect((await api.call("GET", `/v1/sources/${source.id}`, { key })).body.hookUrl).toBeNull();
});

test("sources made at the same time get keys of their own", async () => {
  const made = await Promise.all(Array.from({ length: 4 }, () => make({ kind: "sandbox" })));
  expect(new Set(made.map((source) => source.key)).size).toBe(4);
});

test("keys are made from the kind, and none is given twice", async () => {
  const other = await makeAccount(api);
  const makeThere = (body: Record<string, unknown>) =>
    api.call("POST", "/v1/sources", { headers: other, body: { name: "x", kind: "form", ...body } });
  expect((await makeThere({})).body.key).toBe("form");
  const second = await makeThere({});
  expect(second.body.key).toMatch(/^form-[0-9a-z]{6}$/);
  expect((await makeThere({ key: "form" })).status).toBe(409);
  await api.call("DELETE", `/v1/sources/${second.body.id}`, { headers: other });
  const again = await makeThere({ key: second.body.key });
  expect(again.status).toBe(409);
  expect(again.body.errors[0]).toMatchObject({
    path: "key",
    message: "belongs to a source that was deleted",
  });
});

test("two that are made at once have keys of their own", async () => {
  const headers = await makeAccount(api);
  const body = { name: "x", kind: "sitejet" };
  const makeThere = () => api.call("POST", "/v1/sources", { headers, body });
  const made = await Promise.all([makeThere(), makeThere(), makeThere()]);
  expect(made.map((reply) => reply.status)).toEqual([201, 201, 201]);
  expect(new Set(made.map((reply) => reply.body.key)).size).toBe(3);
});

test.each(["ftp://x.example", "https://user:pass@x.example", "nonsense"])(
  "the manager address %s is refused",
  async (managerUrl) => {
    const reply = await api.call("POST", "/v1/sources", { body: { name: "x", kind: "form", managerUrl } });
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].path).toBe("managerUrl");
    expect(JSON.stringify(reply.body)).not.toContain("pass@");
  },
);

describe("changing", () => {
  test("the version protects against overwriting somebody else's change", async () => {
    const { id } = await make();
    const change = (name: string, ifMatch?: string) =>
      api.call("PATCH", `/v1/sources/${id}`, {
        body: { name },
        ...(ifMatch && { headers: { "if-match": ifMatch } }),
      });
    const first = await change("One", '"1"');
    expect(first.status).toBe(200);
    expect(first.headers.get("etag")).toBe('"2"');
    const late = await change("Two", '"1"');
    expect(late.status).toBe(412);
    expect(late.body.errors[0]).toMatchObject({ path: "if-match", expected: '"2"' });
    expect((await change("Three", "two")).status).toBe(400);
    expect((await change("Four")).body).toMatchObject({ name: "Four", version: 3 });
  });

  test("a deleted source is gone at once, its hook URL too", async () => {
    const { id, hookUrl } = await make();
    await post(hookUrl);
    expect((await api.call("DELETE", `/v1/sources/${id}`, { headers: { "if-match": '"7"' } })).status).toBe(
      412,
    );
    expect((await api.call("DELETE", `/v1/sources/${id}`)).status).toBe(204);
    expect((await api.call("GET", `/v1/sources/${id}`)).status).toBe(404);
    await expect.poll(async () => (await post(hookUrl)).status).toBe(404);
  });

  test("another account neither sees nor changes it", async () => {
    const { id } = await make();
    const headers = await makeAccount(api);
    for (const [method, path, body] of [
      ["GET", ""],
      ["PATCH", "", { name: "x" }],
      ["DELETE", ""],
      ["POST", "/rotate"],
      ["GET", "/rejected"],
    ] as const) {
      const reply = await api.call(method, `/v1/sources/${id}${path}`, { headers, ...(body && { body }) });
      expect(reply.status).toBe(404);
    }
  });
});

describe("rotating", () => {
  test("the hook URL before works during the overlap, and one before that no more", async () => {
    const { id, hookUrl: first } = await make();
    const { body } = await api.call("POST", `/v1/sources/${id}/rotate`, { body: { overlap: "1h" } });
    expect(body.hookUrl).not.toBe(first);
    expect(Date.parse(body.previousHookUrlUntil)).toBeGreaterThan(Date.now() + 3_000_000);
    expect((await post(first)).status).toBe(202);
    expect((await post(body.hookUrl)).status).toBe(202);
    const { body: third } = await api.call("POST", `/v1/sources/${id}/rotate`);
    await expect.poll(async () => (await post(first)).status).toBe(404);
    expect((await post(body.hookUrl)).status).toBe(202);
    expect((await post(third.hookUrl)).status).toBe(202);
  });

  test("without an overlap the hook URL before ends at once", async () => {
    const { id, hookUrl } = await make();
    await post(hookUrl);
    await api.call("POST", `/v1/sources/${id}/rotate`, { body: { overlap: "0s" } });
    await expect.poll(async () => (await post(hookUrl)).status).toBe(404);
  });

  test("a repeat with the same idempotency key does not rotate again", async () => {
    const { id } = await make();
    const headers = { "idempotency-key": `rotate-${id}` };
    const first = await api.call("POST", `/v1/sources/${id}/rotate`, { headers });
    const second = await api.call("POST", `/v1/sources/${id}/rotate`, { headers });
    expect(second.body).toEqual(first.body);
  });
});

test("a repeated creation answers with the same source, another body under its key is 409", async () => {
  const headers = { "idempotency-key": "source-1" };
  const body = { name: "Twice", kind: "sitejet" };
  const [first, second] = await Promise.all([
    api.call("POST", "/v1/sources", { headers, body }),
    api.call("POST", "/v1/sources", { headers, body }),
  ]);
  expect(second.body).toEqual(first.body);
  expect(second.status).toBe(201);
  const other = await api.call("POST", "/v1/sources", { headers, body: { ...body, name: "Other" } });
  expect(other.status).toBe(409);
});
