import { describe, expect, test } from "vitest";
import { settle } from "./testing/index.ts";
import { delivery, openLanes, takeMany } from "./testing/open-lanes.ts";

describe("concurrency", () => {
  test("a lane begins with 4 at a time and earns up to 32 with successes", async () => {
    const { lanes, running, lane, warm } = openLanes();
    takeMany(lanes, lane("new"), 40);
    expect(running.size).toBe(4);
    await warm();
    running.clear();
    takeMany(lanes, lane(), 40);
    expect(running.size).toBe(32);
  });

  test("a lane that has earned it keeps at most 256 in hand", async () => {
    const { lanes, lane, warm } = openLanes();
    await warm();
    while (lanes.room(lane()) > 0) lanes.take(lane(), delivery());
    expect(lane().inHand.size).toBe(256);
  });

  test("its limit is the subscription's when that is lower", () => {
    const { lanes, running, lane } = openLanes();
    lanes.configure(lane(), { concurrency: 2 });
    takeMany(lanes, lane(), 10);
    expect(running.size).toBe(2);
  });

  test("time-outs shrink it to one at a time", async () => {
    const { lanes, lane, running, end } = openLanes();
    const many = takeMany(lanes, lane(), 8);
    for (const each of many.slice(0, 3)) await end(each, "timeout");
    expect(running.size).toBe(1);
  });

  test("a target that stops answering is given no more than four, whatever it had earned", async () => {
    const { lanes, clock, lane, running, warm } = openLanes();
    await warm();
    takeMany(lanes, lane(), 6);
    await clock.pass(1_500);
    takeMany(lanes, lane(), 6);
    expect(running.size).toBe(6);
  });

  test("the next one starts when an attempt ends, in the order they came", async () => {
    const { lanes, running, lane, end } = openLanes();
    const many = takeMany(lanes, lane(), 6);
    expect(running.has(many[4]!.deliveryId)).toBe(false);
    await end(many[0]!, "failure");
    expect(running.has(many[4]!.deliveryId)).toBe(true);
    expect(running.has(many[5]!.deliveryId)).toBe(false);
  });

  test("a full lane takes nothing from another one", () => {
    const { lanes, running, lane } = openLanes();
    while (lanes.room(lane("hanging")) > 0) lanes.take(lane("hanging"), delivery("hanging"));
    const other = delivery("other");
    expect(lanes.reserve(lane("other"))).toBe(true);
    lanes.take(lane("other"), other);
    expect(running.has(other.deliveryId)).toBe(true);
  });
});

describe("slots of all lanes", () => {
  test("300 lanes that hang leave slots for everybody else", () => {
    const { lanes, running, lane } = openLanes();
    for (let each = 0; each < 300; each += 1) takeMany(lanes, lane(`s${each}`), 32);
    const other = delivery("other");
    lanes.take(lane("other"), other);
    expect(running.has(other.deliveryId)).toBe(true);
  });

  test("300 busy lanes whose targets all begin to hang leave slots for everybody else", async () => {
    const { lanes, running, lane, warm } = openLanes();
    for (let each = 0; each < 300; each += 1) await warm(`s${each}`);
    for (let each = 0; each < 300; each += 1) takeMany(lanes, lane(`s${each}`), 40);
    expect(running.size).toBeLessThan(1_024);
    const other = delivery("other");
    lanes.take(lane("other"), other);
    expect(running.has(other.deliveryId)).toBe(true);
  });

  test("however many hang that were never seen, those that answer have slots left", async () => {
    const { lanes, running, lane, warm } = openLanes();
    await warm("good");
    for (let each = 0; each < 2_000; each += 1) lanes.take(lane(`s${each}`), delivery(`s${each}`));
    expect(running.size).toBe(768);
    const good = delivery("good");
    lanes.take(lane("good"), good);
    expect(running.has(good.deliveryId)).toBe(true);
  });

  test("when slots are scarce they go in turn over accounts, not over lanes", async () => {
    const order: string[] = [];
    const ends: (() => void)[] = [];
    const { lanes, lane } = openLanes({
      run({ subscriptionId }) {
        order.push(subscriptionId);
        return new Promise<void>((resolve) => ends.push(resolve));
      },
    });
    for (let each = 0; each < 768; each += 1) lanes.take(lane(`s${each}`), delivery(`s${each}`));
    for (let each = 0; each < 100; each += 1) lanes.take(lane(`big${each}`, "big"), delivery(`big${each}`));
    lanes.take(lane("small", "small"), delivery("small"));
    for (const end of ends.slice(0, 3)) end();
    await settle();
    expect(order.slice(768)).toContain("small");
  });
});

describe("bodies", () => {
  test("large bodies use up the room before the count does", () => {
    const { lanes, lane } = openLanes();
    for (let count = 0; count < 64; count += 1) lanes.take(lane(), delivery("sub", 1024 * 1024));
    expect(lanes.room(lane())).toBe(0);
    expect(lanes.reserve(lane("other"))).toBe(false);
  });

  test("when large bodies give room again, a lane with nothing in hand is offered it", () => {
    const { lanes, due, lane } = openLanes();
    const large = Array.from({ length: 64 }, () => delivery("sub", 1024 * 1024));
    for (const each of large) lanes.take(lane(), each);
    expect(lanes.bodyRoom()).toBe(0);
    lanes.wait(lane("other"), 0);
    expect(due).toEqual([]);
    lanes.letGo(large[0]!);
    expect(due).toEqual([lane("other")]);
    expect(lanes.dueLanes(10)).toEqual([{ lane: lane("other"), room: 10 }]);
  });
});

describe("what waits in the store", () => {
  test("nothing overtakes it", () => {
    const { lanes, lane } = openLanes();
    lanes.wait(lane(), 0);
    expect(lanes.reserve(lane())).toBe(false);
    lanes.clearDue(lane());
    expect(lanes.reserve(lane())).toBe(true);
  });

  test("a lane is due when its time has come, not before", async () => {
    const { lanes, clock, due, lane } = openLanes();
    lanes.wait(lane(), 5_000);
    await clock.pass(4_999);
    expect(due).toEqual([]);
    expect(lanes.dueLanes(100)).toEqual([]);
    await clock.pass(1);
    expect(due).toEqual([lane()]);
    expect(lanes.dueLanes(100)).toEqual([{ lane: lane(), room: 32 }]);
  });

  test("a lane with a backlog asks for more when half of what it held is recorded", () => {
    const { lanes, due, lane } = openLanes();
    const many = takeMany(lanes, lane(), 32);
    lanes.wait(lane(), 0);
    expect(due).toHaveLength(0);
    for (const each of many.slice(0, 15)) lanes.letGo(each);
    expect(due).toHaveLength(0);
    lanes.letGo(many[15]!);
    expect(due).toHaveLength(1);
  });

  test("an account with 10,000 lanes due gets no more of a claim than one with a single lane", () => {
    const { lanes, lane } = openLanes();
    for (let each = 0; each < 10_000; each += 1) lanes.wait(lane(`big${each}`, "big"), 0);
    lanes.wait(lane("small", "small"), 0);
    const shares = lanes.dueLanes(100);
    expect(shares).toContainEqual({ lane: lane("small", "small"), room: 32 });
    expect(shares.reduce((sum, each) => sum + each.room, 0)).toBeLessThanOrEqual(100);
  });

  test("each claim begins with the lanes that did not get a turn", () => {
    const { lanes, lane } = openLanes();
    for (let each = 0; each < 6; each += 1) lanes.wait(lane(`s${each}`), 0);
    const turns = [1, 2, 3].flatMap(() => lanes.dueLanes(16).map((each) => each.lane.subscriptionId));
    expect(new Set(turns).size).toBe(6);
  });
});

describe("idle lanes", () => {
  test("cost no memory", async () => {
    const { lanes, lane, end } = openLanes();
    const one = delivery();
    lanes.take(lane(), one);
    await end(one, "success");
    expect([...lanes.all()]).toHaveLength(0);
  });

  test("a lane that was dropped takes nothing with it when another has come in its place", () => {
    const { lanes, lane } = openLanes();
    const dropped = lane();
    lanes.wait(dropped, 0);
    lanes.clearDue(dropped);
    const one = delivery();
    lanes.take(lane(), one);
    lanes.clearDue(dropped);
    expect(lanes.inHand()).toEqual([one.deliveryId]);
    lanes.letGo(one);
    expect(lanes.inHand()).toEqual([]);
  });

  test("are made again with their settings, and remember the tokens they spent", async () => {
    const { lanes, lane, end, running } = openLanes({ settingsOf: () => ({ perSecond: 0.2 }) });
    const one = delivery();
    lanes.take(lane(), one);
    await end(one, "success");
    expect([...lanes.all()]).toHaveLength(0);
    expect(lanes.reserve(lane())).toBe(false);
    expect(running.size).toBe(0);
  });

  test("are made again without settings while those are not known: a pause may be over by now", async () => {
    const known = new Map([["sub", { paused: true }]]);
    const { lanes, lane } = openLanes({ settingsOf: (_, id) => known.get(id) });
    lanes.wait(lane(), 0);
    lanes.clearDue(lane());
    known.clear();
    expect(lane().settings).toEqual({});
    expect(lanes.reserve(lane())).toBe(true);
  });
});

test("stopping gives back what was never started and waits for what was", async () => {
  const { lanes, running, lane } = openLanes();
  const many = takeMany(lanes, lane(), 10);
  lanes.stop();
  expect(lanes.takeUnstarted()).toEqual(many.slice(4));
  let drained = false;
  const done = lanes.drained().then(() => (drained = true));
  await settle();
  expect(drained).toBe(false);
  for (const finish of running.values()) finish();
  await done;
});
