import { describe, expect, test } from "vitest";
import { Lanes, type Lane, type LaneResult, type LanesOptions } from "./index.ts";
import { settle, SimulatedClock } from "./testing/index.ts";

interface Delivery {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  readonly event: { readonly body: { readonly length: number } };
}

/** Lanes whose attempts end when the test says so. */
function openLanes(options: Partial<LanesOptions<Delivery>> = {}) {
  const clock = new SimulatedClock();
  const running = new Map<string, () => void>();
  const due: Lane<Delivery>[] = [];
  const givenBack: Delivery[] = [];
  const lanes: Lanes<Delivery> = new Lanes<Delivery>({
    clock,
    random: () => 0.5,
    run: ({ deliveryId }) => new Promise<void>((resolve) => running.set(deliveryId, resolve)),
    onDue: (lane) => due.push(lane),
    onGiveBack: (deliveries) => givenBack.push(...deliveries),
    ...options,
  });
  const lane = (subscription = "sub", account = "account") => lanes.lane(0, account, subscription);
  /** The attempt is over, and recorded. */
  async function end(each: Delivery, result: LaneResult) {
    const changes = lanes.record(lanes.lane(0, "account", each.subscriptionId), each, result);
    running.get(each.deliveryId)?.();
    running.delete(each.deliveryId);
    await settle();
    lanes.letGo(each);
    return changes;
  }
  /** So many successes that the lane may send as many at a time as it ever may. */
  async function warm(subscription = "sub") {
    lanes.wait(lane(subscription), 1e9);
    for (let count = 0; count < 28; count += 1) {
      const one = delivery(subscription);
      lanes.take(lane(subscription), one);
      await end(one, "success");
    }
  }
  return { lanes, clock, running, due, givenBack, lane, end, warm };
}

let made = 0;
function delivery(subscriptionId = "sub", bytes = 10): Delivery {
  made += 1;
  return { deliveryId: `d${made}`, subscriptionId, event: { body: Buffer.alloc(bytes) } };
}

function takeMany(lanes: Lanes<Delivery>, lane: Lane<Delivery>, count: number): Delivery[] {
  const many = Array.from({ length: count }, () => delivery(lane.subscriptionId));
  for (const each of many) lanes.take(lane, each);
  return many;
}

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
});

describe("pause", () => {
  test("a paused lane has no room, is never due and gives back what it did not start", () => {
    const { lanes, lane, due, givenBack } = openLanes();
    const many = takeMany(lanes, lane(), 6);
    lanes.configure(lane(), { paused: true });
    expect(givenBack).toEqual(many.slice(4));
    expect(lanes.room(lane())).toBe(0);
    lanes.wait(lane(), 0);
    expect(due).toEqual([]);
    expect(lane().dueAtMs).toBe(0);
    lanes.configure(lane(), {});
    expect(due).toEqual([lane()]);
  });

  test("after a pause it drains at the rate that was chosen", async () => {
    const { lanes, clock, lane, end } = openLanes();
    lanes.configure(lane(), { drainPerSecond: 2 });
    lanes.wait(lane(), 0);
    let sent = 0;
    for (let tenth = 0; tenth < 100; tenth += 1) {
      for (const { room } of lanes.dueLanes(100)) {
        for (const each of takeMany(lanes, lane(), room)) {
          await end(each, "success");
          sent += 1;
        }
      }
      await clock.pass(100);
    }
    expect(sent).toBeGreaterThanOrEqual(19);
    expect(sent).toBeLessThanOrEqual(22);
  });
});

describe("rate", () => {
  test("a lane with one in five seconds keeps it, and holds nothing in hand meanwhile", async () => {
    const { lanes, clock, lane, due, end, running } = openLanes();
    lanes.configure(lane(), { perSecond: 0.2 });
    lanes.wait(lane(), 0);
    expect(lanes.dueLanes(100)).toEqual([{ lane: lane(), room: 1 }]);
    const [one] = takeMany(lanes, lane(), 1);
    await end(one!, "success");
    expect(lanes.room(lane())).toBe(0);
    due.length = 0;
    await clock.pass(4_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toEqual([lane()]);
    takeMany(lanes, lane(), 1);
    expect(running.size).toBe(1);
  });

  test("a short wait for a token is waited out in hand", async () => {
    const { lanes, clock, lane, running } = openLanes();
    lanes.configure(lane(), { perSecond: 4 });
    takeMany(lanes, lane(), 3);
    expect(running.size).toBe(1);
    await clock.pass(500);
    expect(running.size).toBe(3);
  });

  test("a target that asks to wait is left alone by every lane of its connection, and by no other", async () => {
    const { lanes, clock, lane, running, givenBack, due } = openLanes();
    for (const name of ["a", "b"]) lanes.configure(lane(name), { connectionId: "slack", concurrency: 1 });
    lanes.configure(lane("c"), { connectionId: "other" });
    const [, second] = takeMany(lanes, lane("a"), 2);
    lanes.pauseScope("slack", clock.nowMs() + 30_000);
    expect(givenBack).toEqual([second]);
    expect(lanes.reserve(lane("b"))).toBe(false);
    expect(lanes.reserve(lane("c"))).toBe(true);
    expect(running.size).toBe(1);
    lanes.wait(lane("b"), 0);
    await clock.pass(29_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toContain(lane("b"));
  });
});

describe("breaker", () => {
  async function openBreaker(parts: ReturnType<typeof openLanes>) {
    for (let count = 0; count < 9; count += 1) {
      const one = delivery();
      parts.lanes.take(parts.lane(), one);
      await parts.end(one, "failure");
    }
    const [last, ...waiting] = takeMany(parts.lanes, parts.lane(), 6);
    return { changes: await parts.end(last!, "failure"), waiting };
  }

  test("ten failures open it: what waits in hand goes back, and nothing more is taken", async () => {
    const parts = openLanes();
    const { changes, waiting } = await openBreaker(parts);
    expect(changes).toMatchObject([{ kind: "opened", failures: 10 }]);
    expect(parts.givenBack).toEqual(waiting.slice(3));
    expect(parts.lanes.reserve(parts.lane())).toBe(false);
    expect(parts.lanes.breakerOf("sub")).toMatchObject({ state: "open" });
    expect(parts.lanes.takeBreakerWrites()).toMatchObject([
      { subscriptionId: "sub", snapshot: { state: "open" } },
    ]);
    expect(parts.lanes.takeBreakerWrites()).toEqual([]);
  });

  test("one probe at a time; its success closes it and the lane begins gently", async () => {
    const parts = openLanes();
    const { lanes, lane, clock, end, due, running } = parts;
    const { waiting } = await openBreaker(parts);
    for (const each of waiting.slice(0, 3)) await end(each, "failure");
    due.length = 0;
    await clock.pass(4_999);
    expect(due).toEqual([]);
    await clock.pass(1);
    expect(due).toEqual([lane()]);
    expect(lanes.dueLanes(100)).toEqual([{ lane: lane(), room: 1 }]);
    const [probe] = takeMany(lanes, lane(), 1);
    expect(lanes.isProbe(probe!)).toBe(true);
    expect(lanes.room(lane())).toBe(0);
    expect(await end(probe!, "success")).toMatchObject([{ kind: "closed" }]);
    running.clear();
    takeMany(lanes, lane(), 5);
    expect(running.size).toBe(1);
  });

  test("a probe that was never recorded does not block the next one", async () => {
    const parts = openLanes();
    const { lanes, lane, clock, due, running, end } = parts;
    const { waiting } = await openBreaker(parts);
    for (const each of waiting.slice(0, 3)) await end(each, "failure");
    await clock.pass(5_000);
    const [probe] = takeMany(lanes, lane(), 1);
    running.get(probe!.deliveryId)!();
    await settle();
    lanes.letGo(probe!);
    due.length = 0;
    await clock.pass(6_000);
    expect(due).toEqual([lane()]);
  });

  test("it is open again after a restart, until its probe is due", async () => {
    const before = openLanes();
    await openBreaker(before);
    const [write] = before.lanes.takeBreakerWrites();
    const { lanes, clock, lane, due } = openLanes();
    lanes.restoreBreaker(write!);
    lanes.wait(lane(), 0);
    expect(due).toEqual([]);
    await clock.pass(5_000);
    expect(due).toEqual([lane()]);
  });

  test("a person who resumes the target begins anew", async () => {
    const parts = openLanes();
    await openBreaker(parts);
    parts.lanes.resetBreaker("sub");
    expect(parts.lanes.breakerOf("sub")).toMatchObject({ state: "closed", consecutiveFailures: 0 });
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
