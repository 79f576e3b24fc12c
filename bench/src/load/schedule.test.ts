import { expect, test } from "vitest";
import { countDue, dueAtMs, planSchedule } from "./schedule.ts";

test("a schedule holds rate times seconds events, and never none", () => {
  expect(planSchedule(400, 10).count).toBe(4_000);
  expect(planSchedule(1, 0.1).count).toBe(1);
});

test.each([1, 3, 7, 400, 999, 1_000, 12_345])(
  "at %i a second each event is due at its own time, not before",
  (rate) => {
    const schedule = planSchedule(rate, 2);
    for (let index = 0; index < schedule.count; index += 1) {
      expect(countDue(schedule, dueAtMs(schedule, index))).toBe(index + 1);
      expect(countDue(schedule, dueAtMs(schedule, index) - 0.01)).toBe(index);
    }
  },
);

test("after a stall everything that became due meanwhile is due at once", () => {
  const schedule = planSchedule(1_000, 10);
  expect(countDue(schedule, 500.5)).toBe(501);
});

test("no more is due than was planned", () => {
  expect(countDue(planSchedule(400, 1), 60_000)).toBe(400);
});
