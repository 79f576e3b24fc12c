import { expect, test } from "vitest";
import { TokenBucket } from "./index.ts";

/** Takes whenever it may; answers when. */
function takenAt(bucket: TokenBucket, forMs: number): number[] {
  const taken: number[] = [];
  for (let nowMs = 0; nowMs < forMs;) {
    if (bucket.take(nowMs)) taken.push(nowMs);
    else nowMs = Math.max(nowMs, bucket.nextAtMs(nowMs));
  }
  return taken;
}

test("lets through what its rate says, however long", () => {
  expect(takenAt(new TokenBucket({ perSecond: 10, burst: 1 }, 0), 100_000)).toHaveLength(1_000);
});

test("one in five seconds is a rate", () => {
  expect(takenAt(new TokenBucket({ perSecond: 0.2 }, 0), 16_000)).toEqual([0, 5_000, 10_000, 15_000]);
});

test("after a rest as many at once as its burst says, and no more", () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 3 }, 0);
  const atOnce = [1, 2, 3, 4].map(() => bucket.take(1e9));
  expect(atOnce).toEqual([true, true, true, false]);
  expect(bucket.nextAtMs(1e9)).toBe(1e9 + 1_000);
});

test("when it says that there is a token, there is", () => {
  const bucket = new TokenBucket({ perSecond: 7.3 }, 0);
  let nowMs = 0;
  for (let each = 0; each < 10_000; each += 1) {
    nowMs = bucket.nextAtMs(nowMs);
    expect(bucket.take(nowMs)).toBe(true);
  }
});
