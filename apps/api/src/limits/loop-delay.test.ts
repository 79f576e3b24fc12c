import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { watchLoopDelay } from "./loop-delay.ts";

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test("one long pause says nothing, two in a row do, and it is over when the loop keeps up", async () => {
  const delay = watchLoopDelay(20, 200);
  block(300);
  await pause(0);
  expect(delay.isTooLong()).toBe(false);
  block(300);
  await pause(0);
  expect(delay.isTooLong()).toBe(true);
  await expect.poll(delay.isTooLong, { timeout: 5_000, interval: 30 }).toBe(false);
  delay.stop();
});
