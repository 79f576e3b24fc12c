import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Action, Connection, FieldChoices, OptionsResult, TestResult } from "./index.ts";
import {
  apiKey,
  defineAction,
  defineConnection,
  defineConnector,
  MASK,
  natural,
  performOptions,
  performTest,
} from "./index.ts";
import { openClient } from "./testing/client.ts";
import { openReceiver, openSocketServer } from "./testing/index.ts";

const TOKEN = "canary-token-77";
const text = { title: { en: "T" }, summary: { en: "S" } };

interface Settings {
  readonly url: string;
}
interface Secrets {
  readonly token: string;
}
type Test = NonNullable<Connection<Settings, Secrets>["test"]>;

function connectorWith(parts: { test?: Test; choices?: FieldChoices<Settings, Secrets> }) {
  const connection = defineConnection({
    settings: z.strictObject({ url: z.string() }),
    secrets: z.strictObject({ token: z.string() }),
    auth: apiKey({ secret: "token" }),
    ...(parts.test === undefined ? {} : { test: parts.test }),
  });
  const act: Action = defineAction({
    connection,
    ...text,
    input: z.strictObject({ channel: z.string() }),
    repeat: natural("test"),
    plan: () => ({ method: "GET", url: "https://a.example", headers: {} }),
    ...(parts.choices === undefined ? {} : { options: { channel: parts.choices } }),
    samples: [],
  });
  return defineConnector({ id: "boards", ...text, hosts: ["127.0.0.1"], connection, actions: { act } });
}

async function run(given: Test | undefined, url: string, deadlineMs = 2_000): Promise<TestResult> {
  await using client = openClient();
  const connector = connectorWith(given === undefined ? {} : { test: given });
  return performTest({
    connector,
    settings: { url },
    secrets: { token: TOKEN },
    http: client.http,
    deadlineMs,
  });
}

async function choose(
  choices: FieldChoices<Settings, Secrets>,
  url: string,
  asked: { field?: string; query?: string; cursor?: string } = {},
): Promise<OptionsResult> {
  await using client = openClient();
  const connector = connectorWith({ choices });
  return performOptions({
    connector,
    action: connector.actions["act"]!,
    field: "channel",
    settings: { url },
    secrets: { token: TOKEN },
    http: client.http,
    deadlineMs: 2_000,
    ...asked,
  });
}

const asks: Test = async ({ request, settings }) => {
  const exchange = await request({ method: "GET", url: `${settings.url}/me`, headers: {} });
  const ok = exchange.kind === "reply" && exchange.status === 200;
  const said = exchange.kind === "reply" ? exchange.body.toString() : exchange.detail;
  return {
    account: "Harry's Agency",
    checks: [{ id: "token", ok, message: { en: said, de: said }, fix: { en: "New token", de: "Neues" } }],
  };
};

describe("a connection's test", () => {
  test("tells each check, and asks with the connection's authorisation", async () => {
    await using receiver = await openReceiver();
    expect(await run(asks, receiver.url)).toMatchObject({
      ok: true,
      tested: true,
      account: "Harry's Agency",
      checks: [{ id: "token", ok: true }],
    });
    expect(receiver.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test("is not ok when one check is not, and shows no secret that the vendor echoes", async () => {
    await using receiver = await openReceiver((response, request) =>
      response.writeHead(401).end(`no ${request.headers.authorization}`),
    );
    expect(await run(asks, receiver.url)).toMatchObject({
      ok: false,
      checks: [{ ok: false, message: { en: `no ${MASK}` }, fix: { en: "New token" } }],
    });
  });

  test("may not change anything, and says so in the log and not to people", async () => {
    await using receiver = await openReceiver();
    const result = await run(async ({ request, settings }) => {
      await request({ method: "POST", url: settings.url, headers: {} });
      return { checks: [] };
    }, receiver.url);
    expect(result).toMatchObject({ ok: false, checks: [{ id: "connector_error", ok: false }] });
    expect(result.thrown?.error).toMatchObject({ message: expect.stringContaining("mutating: false") });
    expect(receiver.requests).toEqual([]);
  });

  test("reaches no host beside the connector's own", async () => {
    const result = await run(asks, "http://localhost:1");
    expect(result.thrown?.error).toMatchObject({ code: "connector.host_not_declared" });
  });

  test("ends at its deadline, also when it does not listen", async () => {
    await using server = await openSocketServer((socket) => socket.resume());
    const result = await run(() => new Promise(() => undefined), server.url, 80);
    expect(result).toMatchObject({ ok: false, checks: [{ id: "timeout", ok: false }] });
    expect(result.durationMs).toBeLessThan(1_000);
  });

  test("whose answer is none is a mistake of the connector", async () => {
    const broken = (() => Promise.resolve({ checks: [{ id: 7 }] })) as unknown as Test;
    expect(await run(broken, "http://127.0.0.1:1")).toMatchObject({ checks: [{ id: "connector_error" }] });
  });

  test("that does not exist leaves everything open", async () => {
    expect(await run(undefined, "http://127.0.0.1:1")).toMatchObject({
      ok: true,
      tested: false,
      checks: [],
    });
  });
});

describe("a field's choices", () => {
  const page: FieldChoices<Settings, Secrets> = (_context, { query, cursor, input }) =>
    Promise.resolve({
      items: [{ value: "1", label: `${query} ${cursor ?? "first"} ${Object.keys(input).length} ${TOKEN}` }],
      next: "2",
    });

  test("are asked for with what was typed and the page before", async () => {
    expect(await choose(page, "http://127.0.0.1:1", { query: "launch", cursor: "9" })).toMatchObject({
      ok: true,
      items: [{ value: "1", label: `launch 9 0 ${MASK}` }],
      next: "2",
    });
  });

  test("may be refused, with what to do", async () => {
    const refused = { en: "No scope.", de: "Kein Scope." };
    const result = await choose(() => Promise.resolve({ refused, fix: refused }), "http://127.0.0.1:1");
    expect(result).toMatchObject({ ok: false, reason: "refused", message: refused, fix: refused });
  });

  test("do not exist for every field", async () => {
    expect(await choose(page, "http://127.0.0.1:1", { field: "constructor" })).toMatchObject({
      ok: false,
      reason: "no_choices",
    });
  });

  test("that break are told without their error", async () => {
    const result = await choose(() => Promise.reject(new Error("broken")), "http://127.0.0.1:1");
    expect(result).toMatchObject({ ok: false, reason: "connector_error" });
    expect(JSON.stringify({ ...result, thrown: undefined })).not.toContain("broken");
  });
});
