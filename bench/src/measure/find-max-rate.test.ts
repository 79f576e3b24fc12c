import { expect, test } from "vitest";
import { findMaxRate } from "./find-max-rate.ts";

/** A system that sustains up to `limit`, and what was asked of it. */
function systemWith(limit: number) {
  const tried: number[] = [];
  const tryRate = async (rate: number) => {
    tried.push(rate);
    return { rate, sustained: rate <= limit };
  };
  return { tried, tryRate };
}

test.each([280, 640, 990, 1_010, 1_700, 3_000])(
  "a limit of %i is found to a tenth from an estimate of 1,000",
  async (limit) => {
    const { rate, sustained } = await findMaxRate(1_000, systemWith(limit).tryRate);
    expect(sustained).toBe(true);
    expect(rate).toBeLessThanOrEqual(limit);
    expect(rate * 1.11).toBeGreaterThanOrEqual(limit);
  },
);

test("it goes up, then between what held and what did not", async () => {
  const { tried, tryRate } = systemWith(1_300);
  expect(await findMaxRate(1_000, tryRate)).toEqual({ rate: 1_290, sustained: true });
  expect(tried).toEqual([1_000, 1_400, 1_180, 1_290]);
});

test("when nothing holds it says so, after a few steps", async () => {
  const { tried, tryRate } = systemWith(0);
  expect(await findMaxRate(1_000, tryRate)).toMatchObject({ sustained: false, rate: tried.at(-1) });
  expect(tried).toHaveLength(6);
});

test("it comes to an end where everything holds", async () => {
  const { tried, tryRate } = systemWith(Number.POSITIVE_INFINITY);
  await findMaxRate(1_000, tryRate);
  expect(tried).toHaveLength(6);
});

test("it does not try a rate twice", async () => {
  const { tried, tryRate } = systemWith(15);
  expect(await findMaxRate(20, tryRate)).toEqual({ rate: 10, sustained: true });
  expect(tried).toEqual([20, 10]);
});
