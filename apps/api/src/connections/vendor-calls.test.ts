import { openAuthorizationServer, type AuthorizationServer } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { boards } from "../testing/boards.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { makeAccount } from "../testing/requests.ts";

const SECRETS = { clientSecret: "app-secret-1f2e" };
let api: TestApi;
let vendor: AuthorizationServer;
let id: string;

beforeEach(async () => {
  vendor = await openAuthorizationServer();
  api = await openTestApi({ connectors: [boards] });
  const made = await api.call("POST", "/v1/connections", { body: draft() });
  id = made.body.id;
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
  await vendor[Symbol.asyncDispose]();
});

function draft(change: Record<string, unknown> = {}) {
  return { connector: "boards", settings: { url: vendor.url }, secrets: SECRETS, ...change };
}

function post(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
  return api.call("POST", path, { body, headers });
}

/** As a person does who agrees. */
async function connect(): Promise<void> {
  const { body } = await api.call("POST", `/v1/connections/${id}/oauth/start`);
  const { code, state } = vendor.agree(body.url);
  const back = await api.call("GET", `/oauth/callback?code=${code}&state=${state}`, { key: null });
  expect([back.status, back.bytes.toString()]).toEqual([200, expect.stringContaining("Connected")]);
}

describe("connecting an account", () => {
  test("out to the vendor and back once, and the token is used and shown to nobody", async () => {
    const { body } = await api.call("POST", `/v1/connections/${id}/oauth/start`);
    expect(body.redirectUri).toBe(`${api.url}/oauth/callback`);
    const { code, state } = vendor.agree(body.url);
    const callback = `/oauth/callback?code=${code}&state=${state}`;
    const back = await api.call("GET", callback, { key: null, headers: { "accept-language": "de" } });
    expect(back.bytes.toString()).toContain("Du kannst dieses Fenster schließen");
    expect(back.headers.get("content-security-policy")).toContain("default-src 'none'");
    const again = await api.call("GET", callback, { key: null });
    expect([again.status, again.bytes.toString()]).toEqual([410, expect.stringContaining("works once")]);
    const tested = await post(`/v1/connections/${id}/test`);
    expect(tested.body).toMatchObject({
      ok: true,
      isTested: true,
      account: "Harry's Agency",
      resumed: false,
    });
    expect(JSON.stringify(tested.body) + api.logged.join("")).not.toContain("access-");
  });

  test.each([
    ["a state of nobody's", `state=${"x".repeat(43)}&code=1`],
    ["no state", "code=1"],
    ["markup instead of a state", "state=<script>&code=1"],
  ])("%s connects nothing", async (_name, query) => {
    const back = await api.call("GET", `/oauth/callback?${query}`, { key: null });
    expect([back.status, vendor.tokenRequests.length]).toEqual([410, 0]);
    expect(back.bytes.toString()).not.toContain("script");
  });

  test("somebody who does not agree is told so, and nothing was asked of the vendor", async () => {
    const { body } = await api.call("POST", `/v1/connections/${id}/oauth/start`);
    const { state } = vendor.agree(body.url);
    const back = await api.call("GET", `/oauth/callback?error=access_denied&state=${state}`, { key: null });
    expect([back.status, back.bytes.toString()]).toEqual([410, expect.stringContaining("not granted")]);
    expect(vendor.tokenRequests).toEqual([]);
  });

  test("a connection that needs nobody's consent says so", async () => {
    const webhook = await post("/v1/connections", {
      connector: "webhook",
      settings: { url: "https://93.184.215.14/hook" },
    });
    const started = await api.call("POST", `/v1/connections/${webhook.body.id}/oauth/start`);
    expect([started.status, started.body.detail]).toEqual([409, expect.stringContaining("consent")]);
  });
});

describe("the test of a connection", () => {
  test("each check says what to do, in the reader's language, and no secret is in it", async () => {
    await connect();
    vendor.revoke("access");
    vendor.answerWith((response) => void response.writeHead(400).end('{"error":"invalid_grant"}'));
    const { body } = await post(`/v1/connections/${id}/test`);
    expect(body).toMatchObject({ ok: false, isTested: true });
    expect(body.checks[0].fix).toMatch(/connect it again/i);
    expect(JSON.stringify(body)).not.toContain(SECRETS.clientSecret);
    const german = await post(`/v1/connections/${id}/test`, {}, { "accept-language": "de" });
    expect(german.body.checks[0].fix).toMatch(/neu her/);
  });

  test("what Stellwerk stopped goes on when it passes; what a person paused stays paused", async () => {
    await connect();
    await api.db.query(
      "UPDATE connection SET paused_at = now(), paused_reason = 'auth', paused_detail = 'x'",
    );
    expect((await post(`/v1/connections/${id}/test`)).body).toMatchObject({ ok: true, resumed: true });
    expect((await api.call("GET", `/v1/connections/${id}`)).body.paused).toBeNull();
    await post(`/v1/connections/${id}/pause`, { reason: "holidays" });
    expect((await post(`/v1/connections/${id}/test`)).body).toMatchObject({ ok: true, resumed: false });
    expect((await api.call("GET", `/v1/connections/${id}`)).body.paused).not.toBeNull();
  });

  test("a draft is tested without being kept", async () => {
    const before = (await api.call("GET", "/v1/connections")).body.items.length;
    const tested = await post("/v1/connections/test", draft());
    expect(tested.body).toMatchObject({ ok: false, isTested: true });
    expect((await api.call("GET", "/v1/connections")).body.items.length).toBe(before);
    const wrong = await post("/v1/connections/test", draft({ settings: {} }));
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([400, "settings.url"]);
  });

  test("another account has no such connection, and a key that may only read does not test", async () => {
    const headers = await makeAccount(api);
    for (const action of ["test", "options", "oauth/start"]) {
      const body = { action: "boards.add_card", field: "board" };
      const asked = await post(`/v1/connections/${id}/${action}`, action === "options" ? body : {}, headers);
      expect(asked.status).toBe(404);
    }
  });
});

describe("choices of a field", () => {
  const ask = (change: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    post(`/v1/connections/${id}/options`, { action: "boards.add_card", field: "board", ...change }, headers);
  beforeEach(connect);

  test("are pages, and can be searched", async () => {
    const first = await ask();
    expect(first.body).toEqual({
      items: [
        { value: "b0", label: "Sales", hint: null },
        { value: "b1", label: "Support", hint: null },
      ],
      next: "2",
      refused: null,
    });
    const second = await ask({ cursor: "2" });
    expect(second.body.items.map((each: { label: string }) => each.label)).toEqual(["Launches"]);
    expect((await ask({ query: "Supp" })).body.items).toHaveLength(1);
  });

  test("why there are none is an answer, and a mistake of the connector is ours to look up", async () => {
    const refused = await ask({ query: "secret" }, { "accept-language": "de" });
    expect(refused.body).toMatchObject({ items: [], refused: { message: "Keine Erlaubnis." } });
    const broken = await ask({ query: "bug" });
    const failure = /under (\S+)\./.exec(broken.body.refused.message)?.[1];
    expect(api.logged.find((line) => line.includes(failure ?? "?"))).toContain("a mistake of the connector");
    expect((await ask({ field: "colour" })).body.refused.reason).toBe("no_choices");
  });

  test("a slip in the action is refused with the nearest one", async () => {
    const { status, body } = await ask({ action: "boards.add_crad" });
    expect([status, body.errors[0].fix]).toEqual([400, expect.stringContaining("boards.add_card")]);
  });
});
