/** Who is silent for how long, whatever the database's clock does. */
import type { SeenDispatcher } from "@stellwerk/store";
import { expect, test } from "vitest";
import { DEAD_AFTER_MS } from "./plan-ownership.ts";
import { Silence } from "./silence.ts";

const HOUR_MS = 3_600_000;

const dispatcher = (heartbeat: string, silentMs: number): SeenDispatcher => ({
  id: "a",
  host: "host",
  pid: 1,
  machine: "here",
  heartbeat,
  silentMs,
});

test("a database's clock that is stepped an hour forward declares nobody dead who was just heard of", () => {
  const silence = new Silence();
  silence.of([dispatcher("12:00:00", 500)], 0);
  const [stepped] = silence.of([dispatcher("12:00:00", HOUR_MS)], 1_000);
  expect(stepped!.silentMs).toBe(1_500);
  // Heard of in between, right before the step.
  const [heard] = silence.of([dispatcher("12:00:02", HOUR_MS)], 3_000);
  expect(heard!.silentMs).toBeLessThan(DEAD_AFTER_MS / 2);
});

test("one that is stepped an hour back keeps nobody alive", () => {
  const silence = new Silence();
  silence.of([dispatcher("12:00:00", 500)], 0);
  const [stepped] = silence.of([dispatcher("12:00:00", -HOUR_MS)], DEAD_AFTER_MS);
  expect(stepped!.silentMs).toBeGreaterThan(DEAD_AFTER_MS);
});

test("who died before we came is known to be dead at once, and who came back is new", () => {
  const silence = new Silence();
  expect(silence.of([dispatcher("12:00:00", HOUR_MS)], 0)[0]!.silentMs).toBe(HOUR_MS);
  expect(silence.of([dispatcher("13:00:00", 100)], 5_000)[0]!.silentMs).toBe(100);
  silence.of([], 6_000);
  expect(silence.of([dispatcher("13:00:00", 9_000)], 7_000)[0]!.silentMs).toBe(9_000);
});
