/** Lanes of a partition that is handed over, or was lost. */
import { expect, test } from "vitest";
import { settle } from "./testing/index.ts";
import { delivery, openLanes, takeMany } from "./testing/open-lanes.ts";

function openLeaving() {
  let open = true;
  const opened = openLanes({ isOpen: () => open });
  return { ...opened, close: () => (open = false), reopen: () => (open = true) };
}

test("what was not started goes back, and it is left when what runs has been recorded", async () => {
  const { lanes, lane, running, givenBack, end, close } = openLeaving();
  const many = takeMany(lanes, lane(), 6);
  expect(running.size).toBe(4);
  close();
  let left = false;
  const leaving = lanes.leave(0).then(() => (left = true));
  expect(givenBack).toEqual(many.slice(4));
  for (const each of many.slice(0, 3)) await end(each, "success");
  await settle();
  expect(left).toBe(false);
  await end(many[3]!, "success");
  await leaving;
  expect(lanes.inHand()).toEqual([]);
  expect(running.size).toBe(0);
});

test("one that was being claimed meanwhile goes straight back, and what waits in the store is nobody's here", async () => {
  const { lanes, lane, running, givenBack, close } = openLeaving();
  close();
  await lanes.leave(0);
  const late = delivery();
  lanes.take(lane(), late);
  expect(givenBack).toEqual([late]);
  expect(running.size).toBe(0);
  lanes.wait(lane(), 0);
  expect(lanes.dueLanes(100)).toEqual([]);
  expect(lanes.reserve(lane())).toBe(false);
  expect([...lanes.all()].filter((each) => each.dueAtMs !== undefined)).toEqual([]);
});

test("a place that is kept for a commit under way is waited for", async () => {
  const { lanes, lane, close } = openLeaving();
  const kept = lane();
  expect(lanes.reserve(kept)).toBe(true);
  close();
  let left = false;
  const leaving = lanes.leave(0).then(() => (left = true));
  await settle();
  expect(left).toBe(false);
  lanes.cancelReservation(kept);
  await leaving;
});

test("of a partition that was lost nothing more starts, nothing is given back, and its breakers are forgotten", async () => {
  const { lanes, lane, running, givenBack, end, close, reopen } = openLeaving();
  for (let count = 0; count < 30; count += 1) {
    const one = delivery();
    lanes.take(lane(), one);
    await end(one, "failure");
  }
  expect(lanes.breakerOf("sub")).toBeDefined();
  const many = takeMany(lanes, lane("other"), 6);
  close();
  lanes.drop(0);
  expect(givenBack).not.toContain(many[5]);
  for (const each of many.slice(0, 4)) await end(each, "failure");
  expect(running.size).toBe(0);
  reopen();
  expect(lanes.breakerOf("sub")).toBeUndefined();
  expect(lanes.breakerOf("other")).toBeUndefined();
});
