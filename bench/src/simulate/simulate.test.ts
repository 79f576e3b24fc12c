import { expect, test } from "vitest";
import { jainIndex } from "./run-scarcity.ts";
import { SHORT, simulate } from "./simulate.ts";

test("in a small installation with every kind of bad target each bound holds", async () => {
  const { lines, broken } = await simulate(SHORT, 7);
  expect(broken).toEqual([]);
  expect(lines.find(([name]) => name.startsWith("deliveries"))?.[1]).toMatch(/^40,000, /);
}, 30_000);

test("Jain's index is 1 when all get the same and 1/n when one gets everything", () => {
  expect(jainIndex([3, 3, 3])).toBe(1);
  expect(jainIndex([9, 0, 0])).toBeCloseTo(1 / 3);
});
