import { expect, test } from "vitest";
import { CommitPace } from "./commit-pace.ts";

/** Commits a route of `events` every `everyMs` for two seconds; answers the time. */
function routeFor(pace: CommitPace, events: number, everyMs: number): number {
  let nowMs = 1_000;
  for (; nowMs < 3_000; nowMs += everyMs) pace.commits(events, 0, nowMs);
  return nowMs - everyMs;
}

test("the first of all is committed at once", () => {
  const pace = new CommitPace();
  expect(pace.waitMs(true, 0)).toBeLessThanOrEqual(0);
  expect(pace.waitMs(false, 0)).toBeLessThanOrEqual(0);
});

test("routes do not wait at 400 events/s, and up to 22 ms at 1,000", () => {
  const quiet = new CommitPace();
  expect(quiet.waitMs(true, routeFor(quiet, 2, 5))).toBe(0);
  const busy = new CommitPace();
  expect(busy.waitMs(true, routeFor(busy, 25, 20))).toBeCloseTo(22, 0);
});

test("outcomes alone wait for 25 ms after a commit", () => {
  const pace = new CommitPace();
  pace.commits(1, 0, 1_000);
  expect(pace.waitMs(false, 1_005)).toBe(20);
});

test("with routes outcomes are written every 20 ms, or when there are many", () => {
  const pace = new CommitPace();
  pace.commits(2, 3, 1_000);
  pace.commits(2, 0, 1_006);
  expect(pace.takesOutcomes(3, 1_012)).toBe(false);
  expect(pace.takesOutcomes(200, 1_012)).toBe(true);
  expect(pace.takesOutcomes(3, 1_020)).toBe(true);
});
