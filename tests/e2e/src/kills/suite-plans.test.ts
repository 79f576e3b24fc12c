import { expect, test } from "vitest";
import { APART, countKills, STANDALONE } from "./suite-plans.ts";

test("the suite kills at least thirty times", () => {
  expect(countKills(STANDALONE) + countKills(APART)).toBeGreaterThanOrEqual(30);
});
