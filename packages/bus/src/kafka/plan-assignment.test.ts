import fc from "fast-check";
import { expect, test } from "vitest";
import { planAssignment } from "./plan-assignment.ts";
import type { GroupMember, Partitions } from "./plan-assignment.ts";

const TOPICS: Partitions = { events: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], operations: [0, 1, 2] };

function member(id: string, holds: Partitions = {}, leaving = false): GroupMember {
  return { id, topics: ["events", "operations"], holds, leaving };
}

function sizeOf(share: Partitions | undefined): number {
  return Object.values(share ?? {}).flat().length;
}

/** Everybody does as it is told, until nothing changes any more. */
function settle(members: readonly GroupMember[], rounds = 10): GroupMember[] {
  let now = [...members];
  for (let round = 0; round < rounds; round++) {
    const plan = planAssignment(now, TOPICS);
    now = now.map((each) => (each.leaving ? each : { ...each, holds: plan.get(each.id) ?? {} }));
  }
  return now;
}

test("one member reads everything", () => {
  expect(planAssignment([member("a")], TOPICS).get("a")).toEqual(TOPICS);
});

test("what a member holds is not given to a newcomer before it is let go of", () => {
  const plan = planAssignment([member("a", TOPICS), member("b")], TOPICS);
  expect(plan.get("b")).toEqual({});
  expect(plan.get("a")?.["events"]).toHaveLength(6);
  const next = planAssignment([member("a", plan.get("a")), member("b")], TOPICS);
  expect(next.get("a")).toEqual(plan.get("a"));
  expect(sizeOf(next.get("b"))).toBe(15 - sizeOf(next.get("a")));
});

test("what a member holds stays with it when another leaves", () => {
  const [a, b] = settle([member("a"), member("b"), member("c")]) as [GroupMember, GroupMember];
  const plan = planAssignment([a, b], TOPICS);
  expect(plan.get("a")?.["events"]).toEqual(expect.arrayContaining([...(a.holds["events"] ?? [])]));
  expect(sizeOf(plan.get("a")) + sizeOf(plan.get("b"))).toBe(15);
});

test("a member that leaves gets nothing, and what it holds is given to nobody", () => {
  const plan = planAssignment([member("a", { events: [0, 1] }, true), member("b")], TOPICS);
  expect(plan.get("a")).toEqual({});
  expect(plan.get("b")?.["events"]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test("a partition that two say they hold is given to neither", () => {
  const plan = planAssignment([member("a", { events: [3] }), member("b", { events: [3] })], TOPICS);
  expect([...plan.values()].flatMap((share) => share["events"] ?? [])).not.toContain(3);
});

test("no partition is ever given to two, and in the end all are given, evenly", () => {
  const holds = fc.record({ events: fc.uniqueArray(fc.integer({ min: 0, max: 11 })) });
  fc.assert(
    fc.property(fc.array(holds, { minLength: 1, maxLength: 7 }), (each) => {
      const members = each.map((held, index) => member(String(index), held));
      const given = [...planAssignment(members, TOPICS).values()].flatMap((share) => share["events"] ?? []);
      expect(new Set(given).size).toBe(given.length);
      const settled = settle(members).map(({ holds: held }) => held["events"]?.length ?? 0);
      expect(settled.reduce((sum, count) => sum + count)).toBe(12);
      expect(Math.max(...settled) - Math.min(...settled)).toBeLessThanOrEqual(1);
    }),
  );
});
