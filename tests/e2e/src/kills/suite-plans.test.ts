import { expect, test } from "vitest";
import { APART, countKills, KAFKA, STANDALONE } from "./suite-plans.ts";

test("the suite kills at least thirty times, and a dozen times on Kafka", () => {
  expect(countKills(STANDALONE) + countKills(APART)).toBeGreaterThanOrEqual(30);
  expect(countKills(KAFKA)).toBeGreaterThanOrEqual(12);
});
