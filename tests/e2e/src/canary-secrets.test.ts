/**
 * Canaries: every kind of secret has a value of its own, real work is done with them, and none turns up where it may
 * be read: in logs at their highest level, answers, metrics, traces, the database, the bus and its dead letters.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Canary, findLeaks, type Place } from "./canary/find-leaks.ts";
import { countDeadLetters, dumpDatabase } from "./canary/dump-database.ts";
import { type Ids, refusedInputs, sendRefused } from "./canary/refused-inputs.ts";
import { type CanaryScene, openCanaryScene } from "./canary/scene.ts";
import { makeSecrets } from "./canary/secrets.ts";
import { SAMPLE } from "./sample.ts";
import { waitFor } from "./wait.ts";

const WITHIN_MS = 30_000;
const EVENT_TYPE = "website_status_changed";
/** Refused by the database alone, which says so with the whole row. */
const DEAD_TYPE = "canary_dead";

const secrets = makeSecrets();
const canaries: Canary[] = [...secrets.canaries];
const found = (name: string, value: string): string => {
  canaries.push({ name, value });
  return value;
};

let scene: CanaryScene;
let ids: Ids;
let hookPath: string;
let apiKey: string;
let failingConnection: string;

beforeAll(async () => {
  scene = await openCanaryScene(secrets);
});
afterAll(() => scene[Symbol.asyncDispose]());

/** In the order of a day; what they leave behind is searched at the end. */
describe("the work", () => {
  test("sources, keys and connections are made", async () => {
    const { api, target } = scene;
    const source = await makeSource();
    hookPath = source.path;
    const key = await api.call("POST", "/v1/keys", {
      body: { name: "Key", scopes: ["publish", "read", "manage"] },
    });
    apiKey = found("API key", key.body.key);
    // That answer is the place where it is shown.
    api.places.pop();
    const { signingSecret, signingKey, bearerToken, headerSecret, basicPassword } = secrets;
    const healthy = await subscribe(`${target.url}/ok`, {
      signingSecret,
      signingKey,
      basicAuth: { username: "somebody", password: basicPassword },
      headers: { "x-secret": headerSecret },
    });
    const failing = await subscribe(`${target.url}/fail`, { signingSecret, bearerToken });
    failingConnection = failing.connectionId;
    await subscribe(`${target.url}/full`, { signingSecret, bearerToken });
    await subscribe("http://127.0.0.1:1/closed", { signingSecret, bearerToken });
    await send();
    const delivery = await finalDelivery(healthy.id, "delivered");
    await finalDelivery(failing.id, "dead");
    expect(target.asked.get("/ok")).toBe(1);
    ids = {
      source: source.id,
      connection: healthy.connectionId,
      subscription: healthy.id,
      delivery,
    };
    const shown = await api.make("GET", `/v1/deliveries/${delivery}`);
    // It was echoed, it was kept, and it was hidden.
    expect(shown.attempts[0].reply.body).toContain("••••");
    expect(shown.attempts[0].reply.headers["x-you-sent"]).toBe("••••");
  });

  test("events come in by key and hook URL, well and badly", async () => {
    const { api } = scene;
    const headers = { "idempotency-key": apiKey };
    const event = { type: EVENT_TYPE, data: { website: { id: 1 } } };
    await api.make("POST", "/v1/events", { key: apiKey, headers, body: event });
    await api.call("POST", "/v1/events", { key: apiKey, headers, body: { ...event, subject: "other" } });
    await api.call("POST", hookPath, { key: null, raw: "{ no JSON" });
    await api.call("POST", hookPath, { key: null, raw: "x".repeat(1_100_000) });
    await scene.db.query(`ALTER TABLE event ADD CONSTRAINT canary CHECK (type <> '${DEAD_TYPE}') NOT VALID`);
    await api.make("POST", hookPath, { key: null, raw: `{"event":"${DEAD_TYPE}"}` });
    await waitFor(async () => (await countDeadLetters(scene.db)) > 0, {
      withinMs: WITHIN_MS,
      what: "a dead letter",
    });
    expect(await countDeadLetters(scene.db)).toBe(1);
    await scene.db.query("ALTER TABLE event DROP CONSTRAINT canary");
  });

  test("secrets in wrong places are refused", async () => {
    const token = hookPath.slice("/hooks/".length);
    const { adminKey, signingSecret, signingKey, basicPassword } = secrets;
    for (const secret of [adminKey, apiKey, token, signingSecret, signingKey, basicPassword]) {
      expect(await sendRefused(scene.api, refusedInputs(secret, ids))).toEqual([]);
    }
    for (const broken of [
      `GET ${hookPath} HTTP/9.9\r\n\r\n`,
      `${token}\r\n\r\n`,
      `GET / HTTP/1.1\r\n${apiKey}\r\n\r\n`,
    ]) {
      await scene.api.sendBytes(broken);
    }
  });

  test("the database refuses rows with secrets, and falls out", async () => {
    const { api, db } = scene;
    const body = {
      connector: "webhook",
      settings: { url: `${scene.target.url}/ok` },
      secrets: { signingSecret: secrets.signingSecret, bearerToken: secrets.bearerToken },
    };
    for (const [table, path, refused] of [
      ["connection", "/v1/connections", body],
      ["source", "/v1/sources", { name: "x", kind: "form" }],
      ["api_key", "/v1/keys", { name: "x", scopes: ["read"] }],
    ] as const) {
      await db.query(`ALTER TABLE ${table} ADD CONSTRAINT canary CHECK (false) NOT VALID`);
      expect((await api.call("POST", path, { body: refused })).status).toBe(500);
      await db.query(`ALTER TABLE ${table} DROP CONSTRAINT canary`);
    }
    await db.query("ALTER TABLE source RENAME TO source_away");
    expect((await api.call("GET", "/v1/sources")).status).toBe(500);
    const unknown = `${hookPath}-that-is-not-in-any-cache`;
    expect((await api.call("POST", unknown, { key: null, body: {} })).status).toBe(500);
    await db.query("ALTER TABLE source_away RENAME TO source");
  });

  test("deliveries are sent again, secrets changed, shown on purpose and rotated", async () => {
    const { api, target } = scene;
    const { source, connection, subscription, delivery } = ids;
    const { signingSecret } = secrets;
    await api.make("POST", `/v1/deliveries/${delivery}/resend`, { body: { as: "same" } });
    await api.make("POST", `/v1/deliveries/${delivery}/resend`, { body: { as: "new", input: {} } });
    await api.make("POST", "/v1/deliveries/resend", { body: { as: "new", dryRun: true } });
    await api.make("POST", "/v1/deliveries/resend", { body: { as: "new" } });
    await waitFor(() => (target.asked.get("/ok") ?? 0) >= 3, { withinMs: WITHIN_MS, what: "both resends" });
    await api.make("POST", `/v1/connections/${connection}/reveal`, { shows: [signingSecret] });
    const token = await api.call("POST", `/v1/sources/${source}/rotate`, { body: { overlap: "1h" } });
    api.places.pop();
    found("second hook token", new URL(token.body.hookUrl).pathname.slice("/hooks/".length));
    const rotated = await api.call("POST", `/v1/connections/${connection}/rotate-secret`, { body: {} });
    api.places.pop();
    found("second signing secret", rotated.body.secrets.signingSecret);
    await api.make("PATCH", `/v1/connections/${failingConnection}`, {
      body: { secrets: { bearerToken: secrets.secondBearerToken } },
    });
    await send();
    await waitFor(() => (target.asked.get("/ok") ?? 0) >= 4, { withinMs: WITHIN_MS, what: "one more" });
    await api.make("POST", `/v1/connections/${connection}/end-overlap`);
    await api.make("POST", `/v1/connections/${connection}/pause`, { body: {} });
    await api.make("POST", `/v1/connections/${connection}/resume`, { body: { catchUp: "all" } });
    await api.make("PATCH", `/v1/subscriptions/${subscription}`, { body: { name: "Renamed" } });
    const { id } = await api.make("POST", "/v1/keys", {
      body: { name: "Short-lived", scopes: ["read"] },
    });
    expect((await api.call("DELETE", `/v1/keys/${id}`)).status).toBe(204);
  });

  test("everything that can be read is read", async () => {
    const { api, metricsUrl } = scene;
    const lists = ["sources", "connections", "subscriptions", "events", "deliveries", "keys", "accounts"];
    for (const list of lists) {
      // Sources show their hook URLs to who may manage: looked at with a key that may not.
      const { key } = await readerKey();
      const { items } = await api.make("GET", `/v1/${list}`, {
        key: list === "sources" ? key : secrets.adminKey,
      });
      for (const { id } of list === "accounts" || list === "keys" ? [] : items) {
        await api.make("GET", `/v1/${list}/${id}`, { key });
      }
    }
    for (const path of [
      "/v1/deliveries/export",
      `/v1/sources/${ids.source}/rejected`,
      `/.well-known/webhook-keys/${ids.connection}`,
      "/v1/connectors",
      "/v1/event-types",
      "/openapi.json",
      "/docs",
      "/livez",
      "/readyz",
    ]) {
      await api.make("GET", path);
    }
    for (const url of [scene.url, metricsUrl]) {
      const reply = await fetch(`${url}/metrics`, {
        headers: { authorization: `Bearer ${secrets.metricsToken}` },
      });
      expect(reply.status).toBe(200);
      api.keep(`metrics of ${url}`, await reply.text(), []);
    }
  });

  test("processes end, and others cannot start", async () => {
    await scene.stop();
    const password = encodeURIComponent(secrets.databasePassword);
    const closed = "127.0.0.1:1";
    const codes = await Promise.all([
      scene.failToStart("api", { DATABASE_URL: `postgres://canary:${password}@${closed}/canary` }),
      scene.failToStart("dispatcher", {
        STELLWERK_BUS: "kafka",
        KAFKA_BROKERS: closed,
        KAFKA_SASL_MECHANISM: "plain",
      }),
      scene.failToStart("api", {
        DATABASE_URL: `postgres:/canary:${password}@nowhere`,
        STELLWERK_SECRET_KEY: `${secrets.secretKey}x`,
        STELLWERK_OTHER_SECRET_KEYS: `${secrets.otherSecretKey}x`,
        STELLWERK_API_KEY: secrets.adminKey.repeat(9),
        STELLWERK_METRICS_TOKEN: secrets.metricsToken.repeat(9),
        KAFKA_BROKERS: secrets.saslPassword,
        KAFKA_SASL_MECHANISM: secrets.saslPassword,
        OTEL_EXPORTER_OTLP_ENDPOINT: secrets.collectorKey,
        LOG_LEVEL: secrets.adminKey,
      }),
    ]);
    expect(codes).toEqual([1, 1, 1]);
  });
});

test("none of it can be read anywhere", async () => {
  const places = await scene.places();
  const sizeOf = (start: string) =>
    places.filter(({ name }) => name.startsWith(start)).reduce((sum, { text }) => sum + text.length, 0);
  // There is something to search.
  for (const start of ["log of api", "log of dispatcher", "the answer 4", "the answer 500", "a trace"]) {
    expect.soft(sizeOf(start), start).toBeGreaterThan(500);
  }
  for (const start of ["table public.attempt", "table bus.record", "table public.connection", "metrics of"]) {
    expect.soft(sizeOf(start), start).toBeGreaterThan(500);
  }
  expect(await countDeadLetters(scene.db)).toBe(1);
  expect(findLeaks(canaries, places)).toEqual([]);
});

test("a leak in a table that nobody thought of is found", async () => {
  const { db } = scene;
  await db.query("CREATE TABLE bus.planted (at timestamptz, what bytea)");
  await db.query("INSERT INTO bus.planted VALUES (now(), $1)", [Buffer.from(secrets.secretKey, "base64")]);
  const leaks = findLeaks(canaries, await dumpDatabase(db));
  expect(leaks.length).toBeGreaterThan(0);
  for (const leak of leaks) expect(leak).toMatch(/^(bytes of )?secretKey in table bus\.planted/);
});

async function makeSource(): Promise<{ id: string; path: string }> {
  const { api } = scene;
  const { body } = await api.call("POST", "/v1/sources", { body: { name: "Sitejet", kind: "sitejet" } });
  const path = new URL(body.hookUrl).pathname;
  found("hook token", path.slice("/hooks/".length));
  // Looked through like all others, but for the hook URL.
  const { name, text }: Place = api.places.pop() ?? { name: "", text: "" };
  api.keep(name, text, [path]);
  return { id: body.id, path };
}

function subscribe(url: string, given: { signingSecret: string } & Record<string, unknown>) {
  return scene.api.make("POST", "/v1/subscriptions", {
    body: {
      name: `To ${url}`,
      eventTypes: [EVENT_TYPE],
      action: "webhook.send",
      connection: {
        connector: "webhook",
        settings: { url, ...("signingKey" in given && { signature: "both" }) },
        secrets: given,
      },
      retry: { schedule: ["1s"] },
    },
    shows: [given.signingSecret],
  });
}

async function send(): Promise<void> {
  await scene.api.make("POST", hookPath, { key: null, raw: SAMPLE.toString() });
}

async function finalDelivery(subscription: string, state: string): Promise<string> {
  const { id } = await waitFor(
    async () => {
      const { items } = await scene.api.make("GET", `/v1/deliveries?subscription=${subscription}`);
      return items.find((each: { state: string }) => each.state === state) as { id: string } | undefined;
    },
    { withinMs: WITHIN_MS, what: `a delivery that is ${state}` },
  );
  return id;
}

async function readerKey(): Promise<{ key: string }> {
  const { body } = await scene.api.call("POST", "/v1/keys", { body: { name: "Reader", scopes: ["read"] } });
  scene.api.places.pop();
  found("reader's key", body.key);
  return body;
}
