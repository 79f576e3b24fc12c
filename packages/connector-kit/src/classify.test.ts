import { describe, expect, test } from "vitest";
import type { Exchange } from "./index.ts";
import { classifyExchange } from "./index.ts";

const NOW = new Date("2026-11-23T12:00:00Z");

function reply(status: number, headers: Record<string, string> = {}): Exchange {
  return { kind: "reply", status, headers, body: Buffer.alloc(0), truncated: false, durationMs: 1 };
}

describe("the default table for APIs", () => {
  test.each([
    [200, "delivered"],
    [201, "delivered"],
    [204, "delivered"],
    [299, "delivered"],
    [300, "rejected"],
    [301, "rejected"],
    [302, "rejected"],
    [304, "rejected"],
    [307, "rejected"],
    [308, "rejected"],
    [400, "rejected"],
    [401, "auth"],
    [402, "misconfigured"],
    [403, "misconfigured"],
    [404, "rejected"],
    [405, "rejected"],
    [408, "in_doubt"],
    [409, "rejected"],
    [410, "rejected"],
    [413, "rejected"],
    [415, "rejected"],
    [418, "rejected"],
    [422, "rejected"],
    [425, "in_doubt"],
    [429, "rate_limited"],
    [451, "rejected"],
    [500, "in_doubt"],
    [501, "misconfigured"],
    [502, "in_doubt"],
    [503, "retry"],
    [504, "in_doubt"],
    [505, "misconfigured"],
    [507, "in_doubt"],
    [599, "in_doubt"],
  ])("%d is %s", (status, kind) => {
    expect(classifyExchange(reply(status), NOW).kind).toBe(kind);
  });

  test("a redirect is refused by its own name", () => {
    expect(classifyExchange(reply(302, { location: "https://a.example" }), NOW)).toMatchObject({
      reason: "redirect_refused",
    });
  });

  test("401 asks for a person as long as nothing can refresh itself", () => {
    expect(classifyExchange(reply(401), NOW)).toMatchObject({ kind: "auth", step: "refresh" });
  });

  test.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "retry-after": "Mon, 23 Nov 2026 12:01:30 GMT" }, 90_000],
    [{ "retry-after": "7", "x-ratelimit-reset": "30" }, 7_000],
    [{ "x-ratelimit-reset": "30" }, 30_000],
    [{ "x-ratelimit-reset": String(NOW.getTime() / 1_000 + 90) }, 90_000],
    [{ "retry-after": "soon" }, 60_000],
    [{}, 60_000],
  ])("429 with %j waits %d ms", (headers: Record<string, string>, afterMs) => {
    expect(classifyExchange(reply(429, headers), NOW)).toMatchObject({ kind: "rate_limited", afterMs });
  });

  test.each<Record<string, string>>([
    { "retry-after": "0" },
    { "retry-after": "Mon, 23 Nov 2026 11:59:59 GMT" },
    { "x-ratelimit-reset": "0" },
    { "x-ratelimit-reset": String(NOW.getTime() / 1_000 - 1) },
  ])("429 with %j is not asked again in a tight loop", (headers) => {
    expect(classifyExchange(reply(429, headers), NOW)).toMatchObject({ afterMs: 1_000 });
  });

  test.each([408, 500, 502, 504])("%d in doubt keeps the wait it asks for", (status) => {
    expect(classifyExchange(reply(status, { "retry-after": "9" }), NOW)).toMatchObject({ afterMs: 9_000 });
  });

  test("503 keeps the wait it asks for", () => {
    expect(classifyExchange(reply(503, { "retry-after": "9" }), NOW)).toMatchObject({
      kind: "retry",
      afterMs: 9_000,
    });
  });

  test.each([
    [false, "dns", "retry"],
    [false, "refused", "retry"],
    [false, "unreachable", "retry"],
    [false, "tls", "retry"],
    [false, "timeout", "retry"],
    [false, "reset", "retry"],
    [false, "aborted", "retry"],
    [false, "closed", "retry"],
    [false, "network", "retry"],
    [true, "timeout", "in_doubt"],
    [true, "reset", "in_doubt"],
    [true, "aborted", "in_doubt"],
    [true, "bad_reply", "in_doubt"],
    [true, "network", "in_doubt"],
    [false, "invalid_request", "rejected"],
  ] as const)("without a reply, sent %s and %s, it is %s", (sent, reason, kind) => {
    const failure = { kind: "failed", sent, reason, detail: "d.", durationMs: 1 } as const;
    expect(classifyExchange(failure, NOW)).toMatchObject({ kind, reason });
  });
});
