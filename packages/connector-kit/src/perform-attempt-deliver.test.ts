import { describe, expect, test } from "vitest";
import type { Action, Outcome, RequestPlan } from "./index.ts";
import { openReceiver, openSocketServer } from "./testing/index.ts";
import { action, attempt, CANARY, planned } from "./testing/sample-attempt.ts";
import type { SampleContext as Context } from "./testing/sample-attempt.ts";

const DELIVERED: Outcome = { kind: "delivered", summary: { en: "Done." } };

const failing = (before: (context: Context) => Promise<unknown>): Action =>
  action({
    async deliver(context) {
      await before(context);
      throw new Error(`broken ${CANARY}`);
    },
  });
const plan = (context: Context, method: RequestPlan["method"]): RequestPlan => ({
  method,
  url: context.settings.url,
  headers: {},
});

const breaks = (): never => {
  throw new TypeError("x");
};

describe("what a connector throws", () => {
  test.each([
    ["before a request", "retry", () => Promise.resolve()],
    ["after a read", "retry", (context: Context) => context.request(plan(context, "GET"))],
    ["after a write", "in_doubt", (context: Context) => context.request(plan(context, "POST"))],
    [
      "after a write that says it changes nothing",
      "retry",
      (context: Context) => context.request({ ...plan(context, "POST"), mutating: false }),
    ],
  ] as const)("%s is %s, with an id and no stack or message", async (_name, kind, before) => {
    await using receiver = await openReceiver();
    const { outcome, thrown } = await attempt(failing(before), receiver);
    expect(outcome).toMatchObject({
      kind,
      reason: "connector_error",
      detail: expect.stringContaining(thrown?.id ?? "-"),
    });
    expect(JSON.stringify(outcome)).not.toMatch(/broken|canary|\.ts/);
    expect(thrown?.error).toBeInstanceOf(Error);
  });

  test("while a write is under way is in doubt", async () => {
    await using server = await openSocketServer((socket) => socket.resume());
    const given = failing(async (context) => {
      void context.request(plan(context, "POST"));
      await new Promise((done) => setTimeout(done, 50));
    });
    expect((await attempt(given, { url: server.url, deadlineMs: 500 })).outcome.kind).toBe("in_doubt");
  });

  test("from plan or classify is caught too", async () => {
    await using receiver = await openReceiver();
    expect((await attempt({ ...planned, plan: breaks }, receiver)).outcome.kind).toBe("retry");
    expect((await attempt({ ...planned, classify: breaks }, receiver)).outcome.kind).toBe("in_doubt");
  });
});

describe("an action with its own deliver", () => {
  test("gets key, attempt and event, and its last request is recorded", async () => {
    await using receiver = await openReceiver();
    const seen: unknown[] = [];
    const given = action({
      async deliver(context) {
        seen.push(context.key, context.attempt, context.event.id);
        await context.request({ method: "GET", url: `${context.settings.url}/look`, headers: {} });
        await context.request({ method: "PUT", url: `${context.settings.url}/write`, headers: {} });
        return DELIVERED;
      },
    });
    const result = await attempt(given, { ...receiver, attempt: 3 });
    expect(seen).toEqual(["dlv_1", 3, "evt_1"]);
    expect(result).toMatchObject({
      outcome: DELIVERED,
      request: { method: "PUT", url: `${receiver.url}/write` },
    });
  });

  test("cannot outlive its deadline", async () => {
    const given = action({ deliver: () => new Promise(() => undefined) });
    const result = await attempt(given, { url: "http://127.0.0.1:1", deadlineMs: 80 });
    expect(result.outcome).toMatchObject({ kind: "retry", reason: "timeout" });
    expect(result.durationMs).toBeLessThan(1_000);
  });

  test("that hangs after a write is in doubt at its deadline", async () => {
    await using receiver = await openReceiver();
    const given = action({
      async deliver(context) {
        await context.request({ method: "POST", url: context.settings.url, headers: {} });
        return new Promise(() => undefined);
      },
    });
    expect((await attempt(given, { ...receiver, deadlineMs: 150 })).outcome).toMatchObject({
      kind: "in_doubt",
      reason: "timeout",
    });
  });

  test("is stopped at once when the caller gives up, and never begins after that", async () => {
    const stop = new AbortController();
    let begun = 0;
    const given = action({ deliver: () => ((begun += 1), new Promise(() => undefined)) });
    setTimeout(() => stop.abort(), 50);
    const result = await attempt(given, { url: "http://127.0.0.1:1", signal: stop.signal });
    expect(result).toMatchObject({ outcome: { kind: "retry", reason: "aborted" } });
    expect(result.durationMs).toBeLessThan(600);
    await attempt(given, { url: "http://127.0.0.1:1", signal: stop.signal });
    expect(begun).toBe(1);
  });
});

test("what is read for is read whole, and recorded in part", async () => {
  const page = "x".repeat(200_000);
  await using receiver = await openReceiver((response) => response.end(page));
  let seen: number[] = [];
  const given = action({
    async deliver({ request, settings }) {
      const [read, written] = [
        await request({ method: "GET", url: settings.url, headers: {} }),
        await request({ method: "POST", url: settings.url, headers: {} }),
      ];
      seen = [read, written].map((exchange) => (exchange.kind === "reply" ? exchange.body.length : 0));
      return DELIVERED;
    },
  });
  const { reply } = await attempt(given, receiver);
  expect(seen).toEqual([200_000, 16_384]);
  expect(reply?.body).toHaveLength(16_384);
});
