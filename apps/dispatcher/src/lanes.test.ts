import type { ClaimedDelivery } from "@stellwerk/store";
import { expect, test } from "vitest";
import { Lanes, type Lane } from "./lanes.ts";

/** Lanes whose attempts end when the test says so. */
function openLanes() {
  const running = new Map<string, () => void>();
  const due: Lane[] = [];
  const lanes = new Lanes({
    run: ({ deliveryId }) => new Promise((resolve) => running.set(deliveryId, resolve)),
    onDue: (lane) => due.push(lane),
  });
  return { lanes, running, due, lane: (subscription = "sub") => lanes.lane(0, "account", subscription) };
}

let made = 0;
function delivery(subscriptionId = "sub", bytes = 10): ClaimedDelivery {
  made += 1;
  return {
    deliveryId: `d${made}`,
    accountId: "account",
    partition: 0,
    epoch: 1,
    subscriptionId,
    subscriptionVersion: 1,
    key: `d${made}`,
    attempts: 0,
    ageMs: 0,
    event: {
      id: "event",
      sourceId: "source",
      type: "website_created",
      subject: null,
      time: new Date(0),
      contentType: "application/json",
      body: Buffer.alloc(bytes),
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a lane runs 32 at a time and keeps at most 256 in hand", async () => {
  const { lanes, running, lane } = openLanes();
  while (lanes.room(lane()) > 0) lanes.take(lane(), delivery());
  expect(lane().inHand.size).toBe(256);
  expect(running.size).toBe(32);
});

test("the next one starts when an attempt ends, in the order they came", async () => {
  const { lanes, running, lane } = openLanes();
  const deliveries = Array.from({ length: 33 }, () => delivery());
  for (const each of deliveries) lanes.take(lane(), each);
  expect(running.has(deliveries[32]!.deliveryId)).toBe(false);
  running.get(deliveries[0]!.deliveryId)!();
  await settle();
  expect(running.has(deliveries[32]!.deliveryId)).toBe(true);
});

test("a full lane takes nothing from another one", () => {
  const { lanes, running, lane } = openLanes();
  while (lanes.room(lane("hanging")) > 0) lanes.take(lane("hanging"), delivery("hanging"));
  const other = delivery("other");
  expect(lanes.reserve(lane("other"))).toBe(true);
  lanes.take(lane("other"), other);
  expect(running.has(other.deliveryId)).toBe(true);
});

test("no more than 1,024 run at once, and lanes that had to wait get their turn", async () => {
  const { lanes, running, lane } = openLanes();
  for (let each = 0; each < 33; each += 1) {
    for (let count = 0; count < 32; count += 1) lanes.take(lane(`s${each}`), delivery(`s${each}`));
  }
  expect(running.size).toBe(1_024);
  const [first] = running.values();
  first!();
  await settle();
  expect(running.size).toBe(1_025);
});

test("large bodies use up the room before the count does", () => {
  const { lanes, lane } = openLanes();
  for (let count = 0; count < 64; count += 1) lanes.take(lane(), delivery("sub", 1024 * 1024));
  expect(lanes.room(lane())).toBe(0);
  expect(lanes.reserve(lane("other"))).toBe(false);
});

test("when large bodies give room again, lanes with nothing in hand hear of it", () => {
  const { lanes, due, lane } = openLanes();
  const large = Array.from({ length: 64 }, () => delivery("sub", 1024 * 1024));
  for (const each of large) lanes.take(lane(), each);
  expect(lanes.bodyRoom()).toBe(0);
  lanes.wait(lane("other"), 0);
  due.length = 0;
  lanes.letGo(large[0]!);
  expect(due).toContain(lane("other"));
  expect(lanes.bodyRoom()).toBe(1024 * 1024);
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

test("nothing overtakes what waits in the store", () => {
  const { lanes, lane } = openLanes();
  lanes.wait(lane(), 0);
  expect(lanes.reserve(lane())).toBe(false);
  lanes.clearDue(lane());
  expect(lanes.reserve(lane())).toBe(true);
});

test("a lane with a backlog asks for more when half of what it held is recorded", async () => {
  const { lanes, due, lane } = openLanes();
  const deliveries = Array.from({ length: 256 }, () => delivery());
  for (const each of deliveries) lanes.take(lane(), each);
  lanes.wait(lane(), 0);
  due.length = 0;
  for (const each of deliveries.slice(0, 127)) lanes.letGo(each);
  expect(due).toHaveLength(0);
  lanes.letGo(deliveries[127]!);
  expect(due).toHaveLength(1);
});

test("an idle lane costs no memory", async () => {
  const { lanes, running, lane } = openLanes();
  const one = delivery();
  lanes.take(lane(), one);
  running.get(one.deliveryId)!();
  await settle();
  lanes.letGo(one);
  expect([...lanes.all()]).toHaveLength(0);
});

test("stopping gives back what was never started and waits for what was", async () => {
  const { lanes, running, lane } = openLanes();
  const deliveries = Array.from({ length: 40 }, () => delivery());
  for (const each of deliveries) lanes.take(lane(), each);
  lanes.stop();
  expect(lanes.takeUnstarted()).toEqual(deliveries.slice(32));
  let drained = false;
  const done = lanes.drained().then(() => (drained = true));
  await settle();
  expect(drained).toBe(false);
  for (const finish of running.values()) finish();
  await done;
});
