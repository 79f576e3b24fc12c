import { randomBytes } from "node:crypto";
import { parseId } from "@stellwerk/delivery";
import { createSealer, readSecretKey } from "@stellwerk/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount, makeKey, makeWebhook } from "../testing/requests.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

function make(body: Record<string, unknown>) {
  return api.call("POST", "/v1/connections", { body: { connector: "webhook", name: "Zap", ...body } });
}

const URL_SETTINGS = { settings: { url: "https://example.com/hooks/1" } };

test("a webhook's signing secret is in the first answer, then only behind reveal", async () => {
  const { status, body } = await make(URL_SETTINGS);
  expect(status).toBe(201);
  expect(body.secrets.signingSecret).toMatch(/^whsec_/);
  const read = await api.call("GET", `/v1/connections/${body.id}`);
  expect(read.bytes.toString()).not.toContain("whsec_");
  expect((await api.call("GET", "/v1/connections")).bytes.toString()).not.toContain("whsec_");
  const revealed = await api.call("POST", `/v1/connections/${body.id}/reveal`);
  expect(revealed.body.secrets).toEqual(body.secrets);
  const key = await makeKey(api, "read");
  expect((await api.call("POST", `/v1/connections/${body.id}/reveal`, { key })).status).toBe(403);
});

test("secrets are written, never read, and stand sealed in the database", async () => {
  const secrets = { headers: { authorization: "Bearer canary-value" } };
  const { body } = await make({ ...URL_SETTINGS, secrets });
  const seen = [
    await api.call("GET", `/v1/connections/${body.id}`),
    await api.call("POST", `/v1/connections/${body.id}/reveal`),
    await api.call("PATCH", `/v1/connections/${body.id}`, { body: { name: "Renamed" } }),
  ];
  const rows = await api.db.query<{ secrets_sealed: Buffer }>("SELECT secrets_sealed FROM connection");
  const everything = [JSON.stringify(body), ...seen.map((reply) => reply.bytes.toString()), ...api.logged];
  expect(everything.join("")).not.toContain("canary-value");
  expect(rows.some((row) => row.secrets_sealed.includes("canary-value"))).toBe(false);
});

test("secrets that the installation's key does not open can be entered again", async () => {
  const { body } = await make(URL_SETTINGS);
  const lost = createSealer({ current: readSecretKey(randomBytes(32).toString("base64")) });
  await api.db.query("UPDATE connection SET secrets_sealed = $2 WHERE id = $1", [
    parseId("con", body.id),
    lost.seal(JSON.stringify(body.secrets), "connection/elsewhere/secrets"),
  ]);
  const path = `/v1/connections/${body.id}`;
  expect((await api.call("POST", `${path}/reveal`)).status).toBe(409);
  const without = await api.call("PATCH", path, { body: { name: "Renamed" } });
  expect(without.body.errors).toMatchObject([{ path: "secrets.signingSecret" }]);
  const entered = await api.call("PATCH", path, { body: { secrets: body.secrets } });
  expect(entered.status).toBe(200);
  expect((await api.call("POST", `${path}/reveal`)).body.secrets).toEqual(body.secrets);
});

describe("what is refused", () => {
  test.each(["ftp://example.com", "https://user:canary-pass@example.com", "nonsense", ""])(
    "the address %s",
    async (url) => {
      const { status, body } = await make({ settings: { url } });
      expect(status).toBe(400);
      expect(body.errors[0].path).toBe("settings.url");
      expect(JSON.stringify(body)).not.toContain("canary-pass");
    },
  );

  test.each([
    ["http://127.0.0.1:3000/hook", "loopback"],
    ["http://localhost:3000/hook", "loopback"],
    ["https://0x7f.1/", "loopback"],
    ["http://[::ffff:10.0.0.1]/", "ipv4_mapped"],
    ["http://169.254.169.254/latest/meta-data/", "metadata"],
    ["https://example.com:6379/", "port"],
  ])("the address %s, which is not sent to, naming the rule %s and the way out", async (url, rule) => {
    const { status, body } = await make({ settings: { url } });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      {
        path: "settings.url",
        message: expect.stringContaining(`(rule: ${rule})`),
        expected: expect.any(String),
        received: expect.any(String),
        fix: expect.any(String),
      },
    ]);
    const inline = await api.call("POST", "/v1/subscriptions", {
      body: {
        name: "x",
        eventTypes: ["*"],
        action: "webhook.send",
        connection: { connector: "webhook", settings: { url } },
      },
    });
    expect(inline.status).toBe(400);
    expect(inline.body.errors).toMatchObject([{ path: "connection.settings.url" }]);
    const { body: saved } = await make(URL_SETTINGS);
    const changed = await api.call("PATCH", `/v1/connections/${saved.id}`, { body: { settings: { url } } });
    expect(changed.status).toBe(400);
    expect(changed.body.errors).toEqual(body.errors);
  });

  test("such an address together with everything else that is wrong", async () => {
    const { body } = await make({ settings: { url: "http://10.0.0.1/" }, secrets: { signingSecret: "x" } });
    const paths = body.errors.map((each: { path: string }) => each.path);
    expect(paths.toSorted()).toEqual(["secrets.signingSecret", "settings.url"]);
  });

  test("an unknown connector, with the nearest one", async () => {
    const { status, body } = await make({ connector: "webhok" });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({ path: "connector", fix: "Did you mean webhook?" });
  });

  test("a secret that is none, without repeating it", async () => {
    const { body } = await make({ ...URL_SETTINGS, secrets: { signingSecret: "canary-secret" } });
    expect(body.errors[0].path).toBe("secrets.signingSecret");
    expect(JSON.stringify(body)).not.toContain("canary-secret");
  });
});

test("settings are replaced, secrets changed one by one, and the account's revision rises", async () => {
  const { body } = await make(URL_SETTINGS);
  const revision = async () =>
    (await api.db.query<{ revision: number }>("SELECT max(revision)::int AS revision FROM account"))[0]!
      .revision;
  const before = await revision();
  const changed = await api.call("PATCH", `/v1/connections/${body.id}`, {
    body: { settings: { url: "https://example.com/2", headers: { "x-team": "a" } } },
    headers: { "if-match": '"1"' },
  });
  expect(changed.body).toMatchObject({ version: 2, settings: { url: "https://example.com/2" } });
  expect(await revision()).toBe(before + 1);
  const revealed = await api.call("POST", `/v1/connections/${body.id}/reveal`);
  expect(revealed.body.secrets).toEqual(body.secrets);
  const late = await api.call("PATCH", `/v1/connections/${body.id}`, {
    body: {},
    headers: { "if-match": '"1"' },
  });
  expect(late.status).toBe(412);
  const wrong = await api.call("PATCH", `/v1/connections/${body.id}`, { body: { settings: { url: "x" } } });
  expect(wrong.status).toBe(400);
});

describe("credentials stay with the host they were given for", () => {
  const secrets = { bearerToken: "canary-token", headers: { "x-api-key": "canary-header" } };
  const makeWithCredentials = async () => (await make({ ...URL_SETTINGS, secrets })).body;
  const change = (id: string, body: unknown) => api.call("PATCH", `/v1/connections/${id}`, { body });

  test.each([
    "https://attacker.example/hooks/1",
    "http://example.com/hooks/1",
    "https://example.com:8443/hooks/1",
    "https://example.com.attacker.example/hooks/1",
  ])("and do not go to %s", async (url) => {
    const { id } = await makeWithCredentials();
    const refused = await change(id, { settings: { url } });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      { path: "secrets.bearerToken", message: "was given for another host" },
      { path: "secrets.headers" },
    ]);
    const half = await change(id, { settings: { url }, secrets: { bearerToken: "another-token" } });
    expect(half.body.errors).toMatchObject([{ path: "secrets.headers" }]);
    expect((await api.call("GET", `/v1/connections/${id}`)).body.settings.url).toBe(
      URL_SETTINGS.settings.url,
    );
    const anew = await change(id, {
      settings: { url },
      secrets: { bearerToken: "another-token", headers: null },
    });
    expect(anew.status).toBe(200);
  });

  test("where another path is asked for, and where there are none", async () => {
    const { id } = await makeWithCredentials();
    expect((await change(id, { settings: { url: "https://example.com/hooks/2" } })).status).toBe(200);
    const { body: plain } = await make(URL_SETTINGS);
    expect((await change(plain.id, { settings: { url: "https://elsewhere.example/" } })).status).toBe(200);
  });
});

test("a connection in use cannot be deleted, and the answer says by what", async () => {
  const subscription = await makeWebhook(api);
  const path = `/v1/connections/${subscription.connectionId}`;
  const refused = await api.call("DELETE", path);
  expect(refused.status).toBe(409);
  expect(refused.body.detail).toMatch(/My Zap/);
  await api.call("DELETE", `/v1/subscriptions/${subscription.id}`);
  expect((await api.call("DELETE", path)).status).toBe(204);
  expect((await api.call("GET", path)).status).toBe(404);
});

test("another account neither sees, reveals, uses nor deletes it", async () => {
  const { body } = await make(URL_SETTINGS);
  const headers = await makeAccount(api);
  expect((await api.call("GET", `/v1/connections/${body.id}`, { headers })).status).toBe(404);
  expect((await api.call("POST", `/v1/connections/${body.id}/reveal`, { headers })).status).toBe(404);
  expect((await api.call("GET", `/v1/connections/${body.id}/inbox`, { headers })).status).toBe(404);
  expect((await api.call("DELETE", `/v1/connections/${body.id}`, { headers })).status).toBe(404);
  const used = await api.call("POST", "/v1/subscriptions", {
    headers,
    body: { name: "x", eventTypes: ["*"], action: "webhook.send", connectionId: body.id },
  });
  expect(used.status).toBe(400);
  expect(used.body.errors[0].path).toBe("connectionId");
});

test("connectors say what they ask for and can do", async () => {
  const { body } = await api.call("GET", "/v1/connectors");
  expect(body.items.map((each: { id: string }) => each.id)).toEqual(["webhook", "inbox"]);
  const webhook = await api.call("GET", "/v1/connectors/webhook");
  expect(webhook.body.settings.properties.url.title).toBe("Address");
  expect(webhook.body.actions[0]).toMatchObject({ id: "webhook.send" });
  expect((await api.call("GET", "/v1/connectors/fax")).status).toBe(404);
});
