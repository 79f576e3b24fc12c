import { expect, test } from "vitest";
import { planAssignment } from "./assignment.ts";
import type { Assignment, Member } from "./assignment.ts";

function partitionsOf(topicId: number, owners: readonly (string | null)[]): Assignment[] {
  return owners.map((memberId, partition) => ({ topicId, partition, memberId }));
}

function membersOf(...ids: string[]): Member[] {
  return ids.map((id) => ({ id, topicIds: [1, 2] }));
}

test("a member that is alone takes everything", () => {
  const { take, release } = planAssignment("a", membersOf("a"), partitionsOf(1, [null, null, null]));
  expect(take.map((each) => each.partition)).toEqual([0, 1, 2]);
  expect(release).toEqual([]);
});

test("a newcomer takes nothing that another one holds, which lets go of half", () => {
  const held = partitionsOf(1, ["a", "a", "a", "a"]);
  expect(planAssignment("b", membersOf("a", "b"), held).take).toEqual([]);
  expect(planAssignment("a", membersOf("a", "b"), held).release.map((each) => each.partition)).toEqual([
    2, 3,
  ]);
});

test("members that act one after the other end with equal shares, whoever begins", () => {
  for (const order of [
    ["a", "b", "c"],
    ["c", "a", "b"],
    ["b", "c", "a"],
  ]) {
    let assignments = [
      ...partitionsOf(1, Array<string>(12).fill("a")),
      ...partitionsOf(2, Array<null>(5).fill(null)),
    ];
    for (let round = 0; round < 3; round++) {
      for (const me of order) {
        const { take, release } = planAssignment(me, membersOf("a", "b", "c"), assignments);
        assignments = assignments.map((each) => {
          if (take.includes(each)) return { ...each, memberId: me };
          return release.includes(each) ? { ...each, memberId: null } : each;
        });
      }
    }
    const counts = (topicId: number) =>
      ["a", "b", "c"].map(
        (id) => assignments.filter((each) => each.memberId === id && each.topicId === topicId).length,
      );
    expect(counts(1)).toEqual([4, 4, 4]);
    expect(counts(2).toSorted((a, b) => a - b)).toEqual([1, 2, 2]);
  }
});

test("a topic is shared only among those who read it", () => {
  const members: Member[] = [
    { id: "a", topicIds: [1] },
    { id: "b", topicIds: [2] },
  ];
  const { take } = planAssignment("b", members, [
    ...partitionsOf(1, [null]),
    ...partitionsOf(2, [null, null]),
  ]);
  expect(take.map((each) => each.topicId)).toEqual([2, 2]);
});
