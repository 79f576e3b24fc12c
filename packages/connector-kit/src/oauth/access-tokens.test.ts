import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { classifyExchange } from "../index.ts";
import { openClient } from "../testing/client.ts";
import { openAuthorizationServer, openMemoryTokenStore } from "../testing/index.ts";
import type { AuthorizationServer, AuthorizationServerOptions } from "../testing/index.ts";
import { byClient, byCode, byJwt, openProcess, publicKey, SECRETS } from "../testing/oauth-scene.ts";

const client = openClient();
let vendor: AuthorizationServer;

beforeEach(() => openVendor());
afterEach(() => vendor[Symbol.asyncDispose]());

async function openVendor(options: AuthorizationServerOptions = {}): Promise<void> {
  vendor = await openAuthorizationServer({ publicKey, ...options });
}

async function anotherVendor(options: AuthorizationServerOptions): Promise<void> {
  await vendor[Symbol.asyncDispose]();
  await openVendor(options);
}

/** A connected account, and as many processes as asked for that share its store. */
function scene(auth: typeof byCode, now?: () => Date) {
  const granted = vendor.grant();
  const store = openMemoryTokenStore(auth.grant === "authorization_code" ? granted : undefined);
  const parts = { url: vendor.url, http: client.http, store, ...(now === undefined ? {} : { now }) };
  return { store, granted, start: () => openProcess(auth, parts) };
}

describe("a 401", () => {
  test("costs one refresh and one more request, and is delivered", async () => {
    const { start, store } = scene(byCode);
    vendor.revoke();
    expect((await start().attempt()).outcome.kind).toBe("delivered");
    expect(vendor.tokenRequests).toMatchObject([{ grant_type: "refresh_token", client_id: "app" }]);
    expect(vendor.apiRequests.map((each) => each.status)).toEqual([401, 200]);
    expect(store.stored?.version).toBe(2);
  });

  test("ten at the same moment in one process are one refresh", async () => {
    await anotherVendor({ delayMs: 50 });
    const { start } = scene(byCode);
    const here = start();
    vendor.revoke();
    const results = await Promise.all(Array.from({ length: 10 }, () => here.attempt()));
    expect(new Set(results.map((each) => each.outcome.kind))).toEqual(new Set(["delivered"]));
    expect(vendor.tokenRequests).toHaveLength(1);
  });

  test("one that was answered late, after the refresh, costs no other refresh", async () => {
    const { start } = scene(byCode);
    const here = start();
    const old = await here.tokens.current();
    vendor.revoke();
    await here.attempt();
    const late = await here.tokens.renew(old.ok ? old.version : 0);
    expect(late).toMatchObject({ ok: true, version: 2 });
    expect(vendor.tokenRequests).toHaveLength(1);
  });

  test("for ever is at most one refresh and two requests, and then asks for a person", async () => {
    const { start } = scene(byCode);
    vendor.answerWith((response) =>
      response.writeHead(200).end(JSON.stringify({ access_token: "good-for-nothing", refresh_token: "r2" })),
    );
    vendor.revoke();
    const { outcome } = await start().attempt();
    expect(outcome).toMatchObject({ kind: "auth", step: "reconnect", reason: "unauthorized" });
    expect(vendor.tokenRequests).toHaveLength(1);
    expect(vendor.apiRequests).toHaveLength(2);
  });
});

describe("a 401 in the middle of an action", () => {
  test("after something was sent is in doubt: running it again would send twice", async () => {
    const { store } = scene(byCode);
    const here = openProcess(byCode, {
      url: vendor.url,
      http: client.http,
      store,
      async deliver(context) {
        const { settings } = context;
        await context.request({ method: "POST", url: `${settings.url}/cards`, headers: {} });
        vendor.revoke();
        const reply = await context.request({ method: "GET", url: `${settings.url}/cards/1`, headers: {} });
        return classifyExchange(reply, new Date());
      },
    });
    expect((await here.attempt()).outcome.kind).toBe("in_doubt");
    expect(vendor.apiRequests.map((each) => each.path)).toEqual(["/cards", "/cards/1"]);
    expect((await here.attempt()).outcome.kind).toBe("in_doubt");
    expect(vendor.tokenRequests).toHaveLength(1);
  });

  test("before anything was sent: the whole action runs once more, with the new token", async () => {
    const { store } = scene(byCode);
    const seen: (string | undefined)[] = [];
    const here = openProcess(byCode, {
      url: vendor.url,
      http: client.http,
      store,
      async deliver(context) {
        const { settings, token } = context;
        seen.push(token?.accessToken);
        const found = await context.request({ method: "GET", url: `${settings.url}/cards/1`, headers: {} });
        if (found.kind === "reply" && found.status === 401) return classifyExchange(found, new Date());
        return classifyExchange(
          await context.request({ method: "POST", url: `${settings.url}/cards`, headers: {} }),
          new Date(),
        );
      },
    });
    vendor.revoke();
    expect((await here.attempt()).outcome.kind).toBe("delivered");
    expect(new Set(seen).size).toBe(2);
    expect(vendor.apiRequests.map((each) => each.path)).toEqual(["/cards/1", "/cards/1", "/cards"]);
  });
});

describe("twins: two processes at the same moment", () => {
  test("one is refused the spent refresh token and takes the winner's", async () => {
    await anotherVendor({ delayMs: 150 });
    const { start, store } = scene(byCode);
    const processes = [start(), start()];
    for (const each of processes) await each.tokens.current();
    vendor.revoke();
    const results = await Promise.all(processes.map((each) => each.attempt()));
    expect(results.map((each) => each.outcome.kind)).toEqual(["delivered", "delivered"]);
    expect(vendor.tokenRequests).toHaveLength(2);
    expect(store.stored?.version).toBe(2);
  });

  test("where tokens do not rotate, both get one and the store keeps the first", async () => {
    await anotherVendor({ delayMs: 50, rotates: false });
    const { start, store } = scene(byCode);
    vendor.revoke();
    const results = await Promise.all([start().attempt(), start().attempt()]);
    expect(results.map((each) => each.outcome.kind)).toEqual(["delivered", "delivered"]);
    expect(store.stored?.version).toBe(2);
  });

  test("what another process renewed is used without asking the vendor", async () => {
    const { start } = scene(byCode);
    const [here, there] = [start(), start()];
    await here.tokens.current();
    vendor.revoke();
    await there.attempt();
    expect((await here.attempt()).outcome.kind).toBe("delivered");
    expect(vendor.tokenRequests).toHaveLength(1);
  });
});

describe("a refresh that fails", () => {
  test("whose reply is lost is tried again; a vendor that has rotated by then asks for a person", async () => {
    const { start } = scene(byCode);
    const here = start();
    vendor.revoke();
    vendor.loseNextReply();
    expect((await here.attempt()).outcome).toMatchObject({ kind: "retry", reason: "token_unavailable" });
    expect((await here.attempt()).outcome).toMatchObject({
      kind: "auth",
      step: "reconnect",
      reason: "authorization_ended",
      detail: expect.stringContaining("Connect it again."),
    });
  });

  test("whose reply is lost is made good by the next, where the vendor does not rotate", async () => {
    await anotherVendor({ rotates: false });
    const { start } = scene(byCode);
    const here = start();
    vendor.revoke();
    vendor.loseNextReply();
    await here.attempt();
    expect((await here.attempt()).outcome.kind).toBe("delivered");
  });

  test("invalid_grant asks for a person, at once and without the tokens", async () => {
    const { start, granted } = scene(byCode);
    vendor.revoke("all");
    const result = await start().attempt();
    expect(result.outcome).toMatchObject({ kind: "auth", step: "reconnect", reason: "authorization_ended" });
    for (const secret of [...Object.values(granted), ...Object.values(SECRETS)]) {
      expect(JSON.stringify(result)).not.toContain(secret);
    }
  }, 10_000);

  test.each([
    ["an HTML page", 502, "<html>", "retry"],
    ["an HTML page that says 200", 200, "<html>", "retry"],
    ["no token in the answer", 200, "{}", "retry"],
    ["an unknown error inside a 200", 200, '{"error":"later_please"}', "retry"],
    ["a storm", 429, "", "rate_limited"],
    ["a wrong client", 401, '{"error":"invalid_client"}', "auth"],
    ["a refusal without words", 403, "", "auth"],
  ])("%s: %i", async (_name, status, body, kind) => {
    const { start } = scene(byClient);
    vendor.answerWith((response) => response.writeHead(status, { "retry-after": "7" }).end(body));
    expect((await start().attempt()).outcome.kind).toBe(kind);
    expect(vendor.apiRequests).toEqual([]);
  });

  test("keeps to the attempt's deadline", async () => {
    const { start } = scene(byClient);
    vendor.answerWith(() => {});
    const startedMs = performance.now();
    const { outcome } = await start().attempt({ deadlineMs: 200 });
    expect(outcome).toMatchObject({ kind: "retry", reason: "timeout" });
    expect(performance.now() - startedMs).toBeLessThan(450);
  });

  test("of the store, after the vendor has rotated, loses nothing: the token is kept and stored later", async () => {
    const { start, store } = scene(byCode);
    const here = start();
    vendor.revoke();
    store.failSaves(3);
    expect((await here.attempt()).outcome.kind).toBe("delivered");
    expect(store.stored?.version).toBe(1);
    expect((await here.attempt()).outcome.kind).toBe("delivered");
    expect(store.stored?.version).toBe(2);
    expect((await start().attempt()).outcome.kind).toBe("delivered");
    expect(vendor.tokenRequests).toHaveLength(1);
  });
});

describe("ahead of its end", () => {
  let clock = 0;
  const now = () => new Date(Date.parse("2026-11-24T12:00:00Z") + clock);
  beforeEach(() => (clock = 0));

  test("a token is renewed a minute before, and not earlier", async () => {
    await anotherVendor({ expiresInSeconds: 3_600 });
    const here = scene(byClient, now).start();
    await here.attempt();
    clock = 3_539_000;
    await here.attempt();
    expect(vendor.tokenRequests).toHaveLength(1);
    clock = 3_541_000;
    await here.attempt();
    expect(vendor.tokenRequests).toHaveLength(2);
    expect(vendor.apiRequests.map((each) => each.status)).toEqual([200, 200, 200]);
  });

  test("one that lives for a minute is renewed at half its life, not at every request", async () => {
    await anotherVendor({ expiresInSeconds: 60 });
    const here = scene(byClient, now).start();
    for (const at of [0, 10_000, 20_000, 31_000]) {
      clock = at;
      await here.attempt();
    }
    expect(vendor.tokenRequests).toHaveLength(2);
  });

  test("when the vendor gives out none, the old one is used to its end", async () => {
    await anotherVendor({ expiresInSeconds: 3_600 });
    const here = scene(byClient, now).start();
    await here.attempt();
    vendor.answerWith((response) => response.writeHead(500).end());
    clock = 3_541_000;
    expect((await here.attempt()).outcome.kind).toBe("delivered");
    await here.attempt();
    expect(vendor.tokenRequests).toHaveLength(2);
    clock = 3_600_000;
    expect((await here.attempt()).outcome).toMatchObject({ kind: "retry", reason: "token_unavailable" });
  });
});

test("JWT bearer: one that the vendor accepts, and a new one for each token", async () => {
  const here = scene(byJwt).start();
  expect((await here.attempt()).outcome.kind).toBe("delivered");
  vendor.revoke();
  expect((await here.attempt()).outcome.kind).toBe("delivered");
  expect(vendor.tokenRequests).toHaveLength(2);
});

test("nobody has connected it yet: a person is asked, the vendor is not", async () => {
  const here = openProcess(byCode, { url: vendor.url, http: client.http, store: openMemoryTokenStore() });
  expect((await here.attempt()).outcome).toMatchObject({ kind: "auth", reason: "authorization_ended" });
  expect(vendor.tokenRequests).toEqual([]);
});

test("the token is in the request and not in what is recorded", async () => {
  const { start, granted } = scene(byCode);
  const result = await start().attempt();
  expect(result.outcome.kind).toBe("delivered");
  expect(result.request?.headers["authorization"]).toBe("Bearer ••••");
  expect(JSON.stringify(result)).not.toContain(granted.accessToken);
});
