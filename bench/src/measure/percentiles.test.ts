import { expect, test } from "vitest";
import { percentilesOf } from "./percentiles.ts";

test("percentiles are right to three digits", () => {
  const values = Float64Array.from({ length: 10_000 }, (_, index) => (index + 1) / 10);
  const { p50, p95, p99, max } = percentilesOf(values.toReversed())!;
  for (const [got, wanted] of [
    [p50, 500],
    [p95, 950],
    [p99, 990],
    [max, 1_000],
  ] as const) {
    expect(Math.abs(got - wanted) / wanted).toBeLessThan(0.002);
  }
});

test("one stall of a second shows in the maximum", () => {
  const values = Float64Array.from([1, 1, 1, 1_000]);
  expect(percentilesOf(values)!.max).toBeGreaterThan(998);
});

test("there are no percentiles of nothing", () => {
  expect(percentilesOf(new Float64Array())).toBeUndefined();
});
