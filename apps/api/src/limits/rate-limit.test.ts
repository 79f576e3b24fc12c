import { expect, test } from "vitest";
import { createRateLimit } from "./rate-limit.ts";

function limitWithClock(perSecond: number, burst: number, maxBuckets?: number) {
  let time = 1_000_000;
  const limit = createRateLimit(
    { perSecond, burst },
    { now: () => time, ...(maxBuckets !== undefined && { maxBuckets }) },
  );
  return { limit, pass: (ms: number) => (time += ms) };
}

/** How many were taken one by one before the first refusal. */
function takenInARow(take: () => number): number {
  for (let count = 0; count < 10_000; count += 1) if (take() > 0) return count;
  return 10_000;
}

test("a burst is taken at once, then as many as the rate allows", () => {
  const { limit, pass } = limitWithClock(10, 20);
  const take = () => limit.take("key");
  expect(takenInARow(take)).toBe(20);
  pass(1_000);
  expect(takenInARow(take)).toBe(10);
  pass(60_000);
  expect(takenInARow(take)).toBe(20);
});

test("whoever waits as long as it was told is served, and is told whole seconds", () => {
  const { limit, pass } = limitWithClock(0.2, 1);
  expect(limit.take("key")).toBe(0);
  const wait = limit.take("key");
  expect(wait).toBe(5);
  pass(wait * 1_000);
  expect(limit.take("key")).toBe(0);
  expect(limitWithClock(1_000, 1).limit.waitSeconds("key")).toBe(0);
});

test("one's haste is not another's", () => {
  const { limit } = limitWithClock(1, 1);
  expect(limit.take("a")).toBe(0);
  expect(limit.take("a")).toBe(1);
  expect(limit.take("b")).toBe(0);
});

test("a batch is taken whole, and those after it pay for it", () => {
  const { limit, pass } = limitWithClock(100, 100);
  limit.charge("key", 500);
  expect(limit.take("key")).toBe(5);
  pass(3_900);
  expect(limit.take("key")).toBe(1);
  pass(1_000);
  expect(limit.take("key")).toBe(0);
});

test("nobody waits longer than a minute for what it took too much", () => {
  const { limit } = limitWithClock(10, 10);
  limit.charge("key", 1_000_000);
  expect(limit.waitSeconds("key")).toBe(61);
});

test("a rate of 0 is no limit", () => {
  const { limit } = limitWithClock(0, 0);
  expect(takenInARow(() => limit.take("key"))).toBe(10_000);
});

test("any number of ids takes a bounded number of buckets, and looking takes none", () => {
  const { limit } = limitWithClock(1, 1, 3);
  for (const id of ["a", "b", "c", "d"]) expect(limit.take(id)).toBe(0);
  // The oldest was forgotten, the newest was not.
  expect(limit.waitSeconds("a")).toBe(0);
  expect(limit.waitSeconds("d")).toBe(1);
});
