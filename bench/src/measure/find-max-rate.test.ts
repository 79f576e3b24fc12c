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

test("an estimate that was too low is raised until a rate does not hold", async () => {
  const { tried, tryRate } = systemWith(1_300);
  expect(await findMaxRate(1_000, tryRate)).toEqual({ rate: 1_250, sustained: true });
  expect(tried).toEqual([1_000, 1_100, 1_250, 1_400]);
});

test("an estimate that was too high is lowered to the first rate that holds", async () => {
  const { tried, tryRate } = systemWith(900);
  expect(await findMaxRate(1_000, tryRate)).toEqual({ rate: 900, sustained: true });
  expect(tried).toEqual([1_000, 900]);
});

test("when nothing holds it says so, after a few steps", async () => {
  const { tried, tryRate } = systemWith(0);
  expect(await findMaxRate(1_000, tryRate)).toMatchObject({ sustained: false });
  expect(tried.length).toBeLessThanOrEqual(5);
});

test("it comes to an end where everything holds", async () => {
  const { tried, tryRate } = systemWith(Number.POSITIVE_INFINITY);
  await findMaxRate(1_000, tryRate);
  expect(tried.length).toBeLessThanOrEqual(5);
});
