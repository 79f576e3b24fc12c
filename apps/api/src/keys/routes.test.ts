import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_KEY, openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function make(scopes: string[], key?: string, headers: Record<string, string> = {}) {
  return api.call("POST", "/v1/keys", {
    body: { name: "CI", scopes },
    headers,
    ...(key !== undefined && { key }),
  });
}

test("a key is shown once, works at once, and stops within seconds when revoked", async () => {
  const { status, body } = await make(["read"]);
  expect(status).toBe(201);
  expect(body.key).toMatch(/^sw_/);
  expect(body.key.startsWith(body.hint)).toBe(true);
  expect((await api.call("GET", "/v1/sources", { key: body.key })).status).toBe(200);
  const list = await api.call("GET", "/v1/keys");
  expect(list.bytes.toString()).not.toContain(body.key);
  const rows = await api.db.query("SELECT * FROM api_key");
  expect(JSON.stringify(rows)).not.toContain(body.key);

  expect((await api.call("DELETE", `/v1/keys/${body.id}`)).status).toBe(204);
  await expect.poll(async () => (await api.call("GET", "/v1/sources", { key: body.key })).status).toBe(401);
  const revoked = (await api.call("GET", "/v1/keys")).body.items.find(
    (each: { id: string }) => each.id === body.id,
  );
  expect(revoked.revokedAt).not.toBeNull();
});

test("a repeat with the same idempotency key makes no second key and does not show the first again", async () => {
  const headers = { "idempotency-key": "key-1" };
  const first = await make(["read"], undefined, headers);
  const second = await make(["read"], undefined, headers);
  expect(second.body.id).toBe(first.body.id);
  expect(second.body).not.toHaveProperty("key");
});

test("who manages cannot make or revoke an admin", async () => {
  const { body: manager } = await make(["manage"]);
  expect((await make(["admin"], manager.key)).status).toBe(403);
  expect((await make(["read", "publish"], manager.key)).status).toBe(201);
  const { body: admin } = await make(["admin"]);
  expect((await api.call("DELETE", `/v1/keys/${admin.id}`, { key: manager.key })).status).toBe(403);
  await api.call("DELETE", `/v1/keys/${admin.id}`);
});

test("the last admin key stays", async () => {
  const { body } = await api.call("GET", "/v1/keys?limit=200");
  const last = body.items.filter(
    (each: { scopes: string[]; revokedAt: string | null }) =>
      each.scopes.includes("admin") && !each.revokedAt,
  );
  expect(last).toHaveLength(1);
  expect((await api.call("DELETE", `/v1/keys/${last[0].id}`)).status).toBe(409);
  expect((await api.call("GET", "/v1/keys", { key: ADMIN_KEY })).status).toBe(200);
});

test("accounts are made by admins, and each sees its own keys only", async () => {
  const headers = await makeAccount(api);
  const { body } = await make(["manage"], undefined, headers);
  const theirs = await api.call("GET", "/v1/keys", { key: body.key });
  expect(theirs.body.items).toHaveLength(1);
  expect((await api.call("DELETE", `/v1/keys/${body.id}`)).status).toBe(404);
  const accounts = await api.call("GET", "/v1/accounts?limit=1");
  expect(accounts.body).toMatchObject({
    items: [{ id: headers["stellwerk-account"] }],
    next: expect.any(String),
  });
  const rest = await api.call("GET", `/v1/accounts?cursor=${accounts.body.next}`);
  expect(rest.body.items).toHaveLength(1);
});
