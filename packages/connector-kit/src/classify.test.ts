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
    [204, "delivered"],
    [302, "rejected"],
    [400, "rejected"],
    [404, "rejected"],
    [418, "rejected"],
    [422, "rejected"],
    [401, "auth"],
    [402, "misconfigured"],
    [403, "misconfigured"],
    [408, "in_doubt"],
    [425, "in_doubt"],
    [429, "rate_limited"],
    [500, "in_doubt"],
    [501, "misconfigured"],
    [502, "in_doubt"],
    [503, "retry"],
    [504, "in_doubt"],
    [599, "in_doubt"],
  ])("%d is %s", (status, kind) => {
    expect(classifyExchange(reply(status), NOW).kind).toBe(kind);
  });

  test.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "x-ratelimit-reset": "30" }, 30_000],
    [{ "x-ratelimit-reset": String(NOW.getTime() / 1_000 + 90) }, 90_000],
    [{}, 60_000],
  ])("429 with %j waits %d ms", (headers: Record<string, string>, afterMs) => {
    expect(classifyExchange(reply(429, headers), NOW)).toMatchObject({ kind: "rate_limited", afterMs });
  });

  test("503 keeps the wait it asks for", () => {
    expect(classifyExchange(reply(503, { "retry-after": "9" }), NOW)).toMatchObject({
      kind: "retry",
      afterMs: 9_000,
    });
  });

  test.each([
    [false, "refused", "retry"],
    [false, "dns", "retry"],
    [false, "timeout", "retry"],
    [true, "timeout", "in_doubt"],
    [true, "reset", "in_doubt"],
    [false, "invalid_request", "rejected"],
  ] as const)("without a reply, sent %s and %s, it is %s", (sent, reason, kind) => {
    const failure = { kind: "failed", sent, reason, detail: "d.", durationMs: 1 } as const;
    expect(classifyExchange(failure, NOW)).toMatchObject({ kind, reason });
  });
});
