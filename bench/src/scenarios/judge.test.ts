import { expect, test } from "vitest";
import { judgeRatio, judgeUnchanged, median } from "./judge.ts";

test("5 % worse is unchanged, 6 % is not", () => {
  const p99 = { without: [100], unit: "ms", worseIs: "higher" } as const;
  expect(judgeUnchanged("p99", { ...p99, with: 105 })).toMatchObject({ met: true });
  expect(judgeUnchanged("p99", { ...p99, with: 106 })).toMatchObject({ met: false });
});

test("what is better is no change that is missed", () => {
  const rate = { without: [1_000], unit: "/s", worseIs: "lower" } as const;
  expect(judgeUnchanged("rate", { ...rate, with: 2_000 })).toMatchObject({ met: true });
  expect(judgeUnchanged("rate", { ...rate, with: 940 })).toMatchObject({ met: false });
});

test("what could not be measured meets nothing", () => {
  const p99 = { with: Number.NaN, without: [100], unit: "ms", worseIs: "higher" } as const;
  expect(judgeUnchanged("p99", p99)).toMatchObject({ met: false });
  expect(judgeRatio("cost", Number.NaN, 1, { atMost: 2 }, "ms")).toMatchObject({ met: false });
});

test("two runs without are compared by their mean, and how far they differ is told", () => {
  const judged = judgeUnchanged("p99", { with: 100, without: [90, 110], unit: "ms", worseIs: "higher" });
  expect(judged).toMatchObject({ met: true, measured: expect.stringContaining("differ by 20 %") });
});

test("the median of an even count lies between the middle two", () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});
