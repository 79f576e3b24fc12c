import { expect, test } from "vitest";
import { retryAfterMs } from "./index.ts";

const NOW = new Date("2026-11-23T12:00:00Z");

test.each([
  ["0", 0],
  ["120", 120_000],
  [" 5 ", 5_000],
  ["0.5", 500],
  ["Mon, 23 Nov 2026 12:01:00 GMT", 60_000],
  ["Monday, 23-Nov-26 12:01:00 GMT", 60_000],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
])("%j asks for %d ms", (value, expected) => {
  expect(retryAfterMs({ "retry-after": value }, NOW)).toBe(expected);
});

test.each(["", "soon", "-5", "1e9", "99999999999", "2026-11-23", "Mon, 99 Nov 2026 12:00:00 GMT"])(
  "%j is not understood",
  (value) => {
    expect(retryAfterMs({ "retry-after": value }, NOW)).toBeUndefined();
  },
);

test("absent is absent", () => {
  expect(retryAfterMs({}, NOW)).toBeUndefined();
});
