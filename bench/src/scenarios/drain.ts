/** How quickly a backlog goes when its target lives again. */
import { setTimeout as pause } from "node:timers/promises";
import type { Instruments } from "../measure/instruments.ts";
import { monotonicMs } from "../monotonic-clock.ts";

export interface Drain {
  /** The breaker's probe came so long after. */
  readonly untilFirstSeconds: number;
  readonly seconds: number;
  readonly drained: number;
  readonly perSecond: number;
}

const POLL_MS = 50;
/** A lane earns its concurrency again within the first successes; that is start-up, not rate. */
const SETTLE_MS = 1_000;
/** The breaker's wait doubles from 5 s and this is more than it has been dead. */
const FIRST_WITHIN_MS = 120_000;
const NOTHING_NEW_MS = 30_000;

/** Watches for `seconds`, or with 0 until all `owed` are there. */
export async function watchDrain(instruments: Instruments, owed: number, seconds: number): Promise<Drain> {
  const livesAt = monotonicMs();
  while ((await instruments.countArrivals()) === 0) {
    if (monotonicMs() - livesAt > FIRST_WITHIN_MS) break;
    await pause(POLL_MS);
  }
  const firstAt = monotonicMs();
  await pause(SETTLE_MS);
  const [from, fromAt] = [await instruments.countArrivals(), monotonicMs()];
  const endsAt = seconds === 0 ? Number.POSITIVE_INFINITY : fromAt + seconds * 1_000;
  let [last, lastAt] = [from, fromAt];
  while (last < owed && monotonicMs() < endsAt && monotonicMs() - lastAt < NOTHING_NEW_MS) {
    await pause(POLL_MS);
    const now = await instruments.countArrivals();
    if (now > last) [last, lastAt] = [now, monotonicMs()];
  }
  // All of a small backlog may have gone while it was settling.
  const [drained, tookMs] = last === from ? [last, fromAt - firstAt] : [last - from, lastAt - fromAt];
  return {
    untilFirstSeconds: (firstAt - livesAt) / 1_000,
    seconds: tookMs / 1_000,
    drained,
    perSecond: (drained * 1_000) / Math.max(1, tookMs),
  };
}
