import { describe, expect, test } from "vitest";
import type { AttemptResult, Outcome } from "./index.ts";
import { openReceiver, openSocketServer } from "./testing/index.ts";
import type { Answer } from "./testing/index.ts";
import { action, attempt, CANARY, type SampleContext } from "./testing/sample-attempt.ts";

const done: Outcome = { kind: "delivered", summary: { en: "Done" } };

/** One attempt whose action works through an SDK. */
async function withSdk(
  answer: Answer,
  work: (context: SampleContext, url: string) => Promise<unknown>,
  options: { readonly deadlineMs?: number } = {},
) {
  const receiver = await openReceiver(answer);
  try {
    const deliver = async (context: SampleContext) => {
      await work(context, receiver.url);
      return done;
    };
    const result = await attempt(action({ deliver }), { url: receiver.url, ...options });
    return { result, requests: receiver.requests };
  } finally {
    await receiver[Symbol.asyncDispose]();
  }
}

/** As `WebClient.makeRequest` of @slack/web-api 8 calls its `fetch`. */
async function slackCall(
  { fetch, secrets }: SampleContext,
  url: string,
  init: object = {},
): Promise<unknown> {
  const response = await fetch(`${url}/api/chat.postMessage`, {
    method: "POST",
    headers: {
      "User-Agent": "@slack/web-api/8.2.0",
      Authorization: `Bearer ${secrets.token}`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: "channel=C1&text=Hello",
    redirect: "error",
    signal: undefined,
    ...init,
  });
  if (response.status !== 200) throw new Error(`An HTTP protocol error occurred: ${response.status}`);
  return JSON.parse(await response.text());
}

/** A transport for jsforce 3.10: what `conn._transport.httpRequest` takes and answers. */
async function jsforceRequest(
  { fetch }: SampleContext,
  request: { url: string; method: string; headers?: Record<string, string>; body?: string },
) {
  const { url, body = null, ...init } = request;
  const response = await fetch(url, { ...init, body });
  const headers = Object.fromEntries(response.headers);
  return { statusCode: response.status, headers, body: await response.text() };
}

const json =
  (value: unknown, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));

describe("an SDK gets what it knows of fetch", () => {
  test("Slack's: form in, JSON out, its own token kept and not recorded", async () => {
    const seen: unknown[] = [];
    const { result, requests } = await withSdk(json({ ok: true, ts: "1.2" }), async (context, url) => {
      seen.push(await slackCall(context, url));
    });
    expect(seen).toEqual([{ ok: true, ts: "1.2" }]);
    expect(result.outcome).toEqual(done);
    expect(requests[0]).toMatchObject({ method: "POST", path: "/api/chat.postMessage" });
    expect(requests[0]!.body.toString()).toBe("channel=C1&text=Hello");
    expect(requests[0]!.headers["authorization"]).toBe(`Bearer ${CANARY}`);
    expect(result.request).toMatchObject({ method: "POST", headers: { authorization: "Bearer ••••" } });
    expect(JSON.stringify(result)).not.toContain(CANARY);
  });

  test("jsforce's: a transport of ten lines, with the connection's own authorisation", async () => {
    const { result, requests } = await withSdk(json({ id: "800" }, 201), async (context, url) => {
      const answer = await jsforceRequest(context, {
        url: `${url}/services/data/v62.0/sobjects/Contract`,
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: '{"Status":"Draft"}',
      });
      expect(answer).toMatchObject({ statusCode: 201, body: '{"id":"800"}' });
    });
    expect(result.outcome).toEqual(done);
    expect(requests[0]!.headers["authorization"]).toMatch(/^Bearer /);
    expect(requests[0]!.body.toString()).toBe('{"Status":"Draft"}');
  });

  test("forms with files, URLs, Requests, answers without a body", async () => {
    const { result, requests } = await withSdk(
      (response, { method }) => response.writeHead(method === "DELETE" ? 204 : 200).end(),
      async ({ fetch }, url) => {
        const form = new FormData();
        form.append("file", new Blob(["abc"]), "a.txt");
        await fetch(new URL(`${url}/upload`), { method: "POST", body: form });
        const gone = await fetch(new Request(`${url}/x`, { method: "DELETE" }));
        expect([gone.status, gone.body, gone.url]).toEqual([204, null, `${url}/x`]);
      },
    );
    expect(result.outcome).toEqual(done);
    expect(requests[0]!.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(requests[0]!.body.toString()).toContain('filename="a.txt"');
  });

  test("a megabyte, whole; of which the log keeps the beginning", async () => {
    const channels = Array.from({ length: 10_000 }, (_, n) => ({ id: `C${n}`, name: "x".repeat(90) }));
    const { result } = await withSdk(json({ channels }), async (context, url) => {
      const response = await context.fetch(`${url}/conversations.list`);
      expect(await response.json()).toEqual({ channels });
    });
    expect(result.outcome).toEqual(done);
    expect(result.reply?.body.length).toBeLessThanOrEqual(16 * 1_024 + 8);
  });

  test("five megabytes are an error and no memory", async () => {
    const { result } = await withSdk(
      (response) => response.end("x".repeat(5 * 1_024 * 1_024)),
      ({ fetch }, url) => fetch(url),
    );
    expect(result.outcome).toMatchObject({ kind: "retry", reason: "connector_error" });
  });
});

describe("what an SDK throws means what it would mean without one", () => {
  const kinds = (result: AttemptResult) => [
    result.outcome.kind,
    "reason" in result.outcome && result.outcome.reason,
  ];

  test.each([
    [503, ["retry", "http_status"]],
    [500, ["in_doubt", "http_status"]],
    [400, ["rejected", "http_status"]],
    [403, ["misconfigured", "http_status"]],
    [429, ["rate_limited", "rate_limited"]],
    [302, ["rejected", "redirect_refused"]],
  ])("%i", async (status, expected) => {
    const { result } = await withSdk(
      (response) => response.writeHead(status, { location: "https://elsewhere.example" }).end(),
      slackCall,
    );
    expect(kinds(result)).toEqual(expected);
    expect(result.thrown).toBeUndefined();
  });

  test("a reset after the request left is in doubt, a refused connection is not", async () => {
    await using server = await openSocketServer((socket) => socket.once("data", () => socket.destroy()));
    const gone = await openReceiver();
    await gone[Symbol.asyncDispose]();
    const call = async (url: string) => {
      const deliver = async (context: SampleContext) => {
        await slackCall(context, url);
        return done;
      };
      return kinds(await attempt(action({ deliver }), { url }));
    };
    expect(await call(server.url)).toEqual(["in_doubt", "reset"]);
    expect(await call(gone.url)).toEqual(["retry", "refused"]);
  });

  test("a read that fails after something was sent is in doubt", async () => {
    const { result } = await withSdk(
      (response, { method }) => response.writeHead(method === "GET" ? 503 : 200).end("{}"),
      async (context, url) => {
        await slackCall(context, url);
        const { ok } = await context.fetch(`${url}/look`);
        if (!ok) throw new Error("no answer");
      },
    );
    expect(kinds(result)).toEqual(["in_doubt", "http_status"]);
  });

  test("a read that is reset is simply tried again", async () => {
    await using server = await openSocketServer((socket) => socket.once("data", () => socket.destroy()));
    const deliver = async (context: SampleContext) => {
      await slackCall(context, server.url, { mutating: false });
      return done;
    };
    expect(kinds(await attempt(action({ deliver }), { url: server.url }))).toEqual(["retry", "reset"]);
  });

  test("its own mistake after a good answer is the connector's", async () => {
    const { result } = await withSdk(json({ ok: true }), async (context, url) => {
      await slackCall(context, url);
      throw new Error("no such property");
    });
    expect(kinds(result)).toEqual(["in_doubt", "connector_error"]);
    expect(result.thrown?.error).toMatchObject({ message: "no such property" });
  });
});

describe("an SDK is held to what every request is", () => {
  test("the connector's hosts", async () => {
    const { result, requests } = await withSdk(json({}), ({ fetch }) => fetch("http://localhost:1/x"));
    expect(result.thrown?.error).toMatchObject({ code: "connector.host_not_declared" });
    expect(requests).toEqual([]);
  });

  test("the attempt's deadline, and its own shorter one", async () => {
    const hang: Answer = () => {};
    const late = await withSdk(hang, slackCall, { deadlineMs: 150 });
    expect(late.result.outcome).toMatchObject({ kind: "in_doubt", reason: "timeout" });
    expect(late.result.durationMs).toBeLessThan(400);
    const errors: unknown[] = [];
    await withSdk(hang, async (context, url) => {
      await slackCall(context, url, { signal: AbortSignal.timeout(50) }).catch((error: unknown) =>
        errors.push(error),
      );
    });
    expect(errors).toMatchObject([{ name: "TimeoutError" }]);
  });
});
