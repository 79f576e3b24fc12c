import { expect, test } from "vitest";
import { DEFAULT_SCHEDULE_MS, retryAfterMs } from "./index.ts";

const middle = () => 0.5;

test("follows the schedule step by step", () => {
  const waits = [1, 2, 3].map((attempts) =>
    retryAfterMs(attempts, { scheduleMs: [1_000, 2_000, 3_000], random: middle }),
  );
  expect(waits).toEqual([1_000, 2_000, 3_000]);
});

test("gives up after the last step of the schedule", () => {
  expect(retryAfterMs(DEFAULT_SCHEDULE_MS.length, { scheduleMs: DEFAULT_SCHEDULE_MS, random: middle })).toBe(
    86_400_000,
  );
  expect(
    retryAfterMs(DEFAULT_SCHEDULE_MS.length + 1, { scheduleMs: DEFAULT_SCHEDULE_MS, random: middle }),
  ).toBeUndefined();
});

test("spreads by a fifth to either side", () => {
  expect(retryAfterMs(1, { scheduleMs: [10_000], random: () => 0 })).toBe(8_000);
  expect(retryAfterMs(1, { scheduleMs: [10_000], random: () => 1 })).toBe(12_000);
});

test("a Retry-After wins when it is longer and never shortens the schedule", () => {
  const options = { scheduleMs: [5_000], random: middle };
  expect(retryAfterMs(1, { ...options, askedMs: 60_000 })).toBe(60_000);
  expect(retryAfterMs(1, { ...options, askedMs: 0 })).toBe(5_000);
});

test("a target cannot ask for more than a day", () => {
  expect(retryAfterMs(1, { scheduleMs: [5_000], random: middle, askedMs: 1e12 })).toBe(86_400_000);
});

test("no schedule makes a retry at once", () => {
  expect(retryAfterMs(1, { scheduleMs: [0], random: () => 0 })).toBe(1_000);
  expect(retryAfterMs(1, { scheduleMs: [1], random: () => 0, askedMs: 0 })).toBe(1_000);
});
