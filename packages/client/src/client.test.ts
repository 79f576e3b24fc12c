import { describe, expect, test } from "vitest";
import { ConnectionError, createClient, ProblemError } from "./index.ts";

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A client whose network gives these answers one after the other, the last one for ever. */
function clientWith(...answers: (Response | Error | "never")[]) {
  const sent: Sent[] = [];
  const client = createClient({
    url: "https://stellwerk.example/base/",
    apiKey: "sw_test",
    retries: 3,
    timeoutMs: 200,
    async fetch(url, { method, headers, body, signal }) {
      sent.push({ url, method, headers: new Headers(headers), body });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      if (answer !== "never" && answer !== undefined) return answer.clone();
      return await new Promise<Response>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      });
    },
  });
  return { client, sent };
}

const json = (value: unknown, status = 200, headers = {}) =>
  new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

const problem = (status: number, code: string, headers = {}) =>
  json(
    {
      type: `urn:stellwerk:problem:${code}`,
      title: "A title",
      status,
      detail: "A detail",
      requestId: "req_1",
      errors: [{ path: "name", message: "is required", fix: "Give one." }],
    },
    status,
    { "content-type": "application/problem+json", ...headers },
  );

const NETWORK = new TypeError("fetch failed");

test("says who asks, and what for", async () => {
  const { client, sent } = clientWith(json({ items: [], next: null }));
  const query = { state: "dead", since: new Date(0), limit: 10 } as const;
  await client.deliveries.list(query, { account: "acc_1" }).pages().next();
  expect(sent[0]?.url).toBe(
    "https://stellwerk.example/base/v1/deliveries?state=dead&since=1970-01-01T00%3A00%3A00.000Z&limit=10",
  );
  expect(sent[0]?.headers.get("authorization")).toBe("Bearer sw_test");
  expect(sent[0]?.headers.get("stellwerk-account")).toBe("acc_1");
});

test("an id cannot lead to another address", async () => {
  const { client, sent } = clientWith(json({}));
  await client.sources.get("../keys?x=1");
  expect(sent[0]?.url).toBe("https://stellwerk.example/base/v1/sources/..%2Fkeys%3Fx%3D1");
  await expect(client.sources.get("")).rejects.toThrow("needs a value for id");
});

describe("what may be repeated", () => {
  test.each([
    ["the network", NETWORK],
    ["429", problem(429, "rate-limited", { "retry-after": "0" })],
    ["503", problem(503, "unavailable", { "retry-after": "0" })],
  ])("is repeated after a failure of %s, under the same key", async (_name, failure) => {
    const { client, sent } = clientWith(failure, failure, json({ id: "acc_1" }, 201));
    expect(await client.accounts.create({ name: "An agency" })).toEqual({ id: "acc_1" });
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is given up after so many retries, with what came last", async () => {
    const { client, sent } = clientWith(NETWORK);
    await expect(client.sources.get("src_1", { retries: 1 })).rejects.toThrow(ConnectionError);
    expect(sent).toHaveLength(2);
  });

  test("is not repeated when the request itself is wrong", async () => {
    for (const status of [400, 401, 404, 409, 412, 500, 502]) {
      const { client, sent } = clientWith(problem(status, "x"));
      await expect(client.sources.get("src_1")).rejects.toThrow(ProblemError);
      expect(sent).toHaveLength(1);
    }
  });

  test("every call has a key of its own, or the one that it is given", async () => {
    const { client, sent } = clientWith(json({ id: "acc_1" }, 201));
    await client.accounts.create({ name: "A" });
    await client.accounts.create({ name: "A" });
    await client.accounts.create({ name: "A" }, { idempotencyKey: "mine" });
    const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe("mine");
  });
});

test.each(["update", "delete", "pause"] as const)(
  "%s is not repeated: it might be done twice",
  async (verb) => {
    const { client, sent } = clientWith(NETWORK);
    const { update, pause, delete: remove } = client.subscriptions;
    const done = {
      update: () => update("sub_1", {}),
      pause: () => pause("sub_1"),
      delete: () => remove("sub_1"),
    };
    await expect(done[verb]()).rejects.toThrow(ConnectionError);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.headers.has("idempotency-key")).toBe(false);
  },
);

test("a problem says what is wrong, where, and what to do", async () => {
  const { client } = clientWith(problem(400, "invalid-request"));
  const error = await client.accounts.create({ name: "" }).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    name: "ProblemError",
    status: 400,
    code: "invalid-request",
    requestId: "req_1",
    errors: [{ path: "name", message: "is required", fix: "Give one." }],
    message: "400 A title: A detail\n  name is required: Give one.",
  });
});

test("an answer of something else is no answer", async () => {
  const { client } = clientWith(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const error = await client.sources.get("src_1").catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(String(error)).toContain("answered 502: <h1>Bad gateway</h1>");
});

test("a version goes along with a change", async () => {
  const { client, sent } = clientWith(json({}));
  await client.sources.update("src_1", { name: "Ours" }, { ifVersion: 3 });
  expect(sent[0]?.headers.get("if-match")).toBe('"3"');
});

describe("time", () => {
  test("an attempt that hangs ends, and the next one is made", async () => {
    const { client, sent } = clientWith("never", json({ id: "src_1" }));
    expect(await client.sources.get("src_1", { timeoutMs: 50 })).toEqual({ id: "src_1" });
    expect(sent).toHaveLength(2);
    const hanging = clientWith("never");
    const error = await hanging.client.sources
      .get("src_1", { timeoutMs: 20, retries: 0 })
      .catch((each: unknown) => each);
    expect(error).toMatchObject({ name: "ConnectionError", timedOut: true });
  });

  test("an abort ends the attempt in flight and the wait before the next", async () => {
    const hanging = clientWith("never");
    const first = new AbortController();
    const call = hanging.client.sources.get("src_1", { signal: first.signal, timeoutMs: 60_000 });
    first.abort(new Error("closed"));
    await expect(call).rejects.toThrow("closed");
    const busy = clientWith(problem(503, "unavailable", { "retry-after": "30" }));
    const second = new AbortController();
    const waiting = busy.client.sources.get("src_1", { signal: second.signal });
    setTimeout(() => second.abort(new Error("closed")), 50);
    await expect(waiting).rejects.toThrow("closed");
    expect(busy.sent).toHaveLength(1);
  });

  test("who is asked to wait longer than a minute hears of it at once", async () => {
    const { client, sent } = clientWith(problem(429, "rate-limited", { "retry-after": "3600" }));
    await expect(client.sources.get("src_1")).rejects.toMatchObject({ status: 429 });
    expect(sent).toHaveLength(1);
  });
});
