/** Several dispatchers over one database: hand-overs, deaths, and who is cut off. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "./testing/dispatcher-scene.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const records = (count: number) => Array.from({ length: count }, () => recordOf(scene.seed));
const states = () =>
  scene.database.db.query("SELECT state, possibly_sent, count(*) FROM delivery GROUP BY 1, 2 ORDER BY 1, 2");
const owner = async (partition: number) => {
  const [row] = await scene.database.db.query<{ dispatcher_id: string | null; epoch: number }>(
    "SELECT dispatcher_id, epoch FROM partition_owner WHERE partition = $1",
    [partition],
  );
  return row!;
};

test("each dispatcher has what the bus brings it", async () => {
  await scene.seedInbox();
  await scene.start({ assigned: [0] });
  await scene.start({ assigned: [1] });
  const [first, second] = [await owner(0), await owner(1)];
  expect(first.dispatcher_id).not.toBeNull();
  expect(second.dispatcher_id).not.toBeNull();
  expect(first.dispatcher_id).not.toBe(second.dispatcher_id);
});

test("a hand-over finishes what is in flight, moves the rest without doubt, and then goes on elsewhere", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers(() => gate.promise));
  await scene.seedWebhook(`${receiver.url}/`);
  const first = await scene.start();
  const second = await scene.start({ assigned: [] });
  await first.bus.hand(records(40));
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(0));
  const before = await owner(1);
  first.bus.revoke([1]);
  second.bus.assign([1]);
  // It keeps the partition until what hangs has been answered, and starts nothing more of it.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await owner(1)).toEqual(before);
  const begun = receiver.requests.length;
  expect(begun).toBeLessThan(40);
  gate.resolve(204);
  await eventually(async () => {
    expect(await states()).toEqual([{ state: "delivered", possibly_sent: false, count: 40 }]);
  });
  const after = await owner(1);
  expect(after.dispatcher_id).not.toBe(before.dispatcher_id);
  expect(after.epoch).toBe(before.epoch + 1);
  expect(new Set(receiver.requests.map((each) => each.headers["webhook-id"])).size).toBe(40);
  expect(receiver.requests).toHaveLength(40);
});

test("what somebody routes who is not the owner is sent by the owner, at once", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const owning = await scene.start();
  const routing = await scene.start({ assigned: [] });
  const startedAt = performance.now();
  await routing.bus.hand(records(5));
  await eventually(async () => {
    expect(await states()).toEqual([{ state: "delivered", possibly_sent: false, count: 5 }]);
  });
  // A sweep would have come after 5 s.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(owning).toBeDefined();
});

test("one that was thought dead neither writes nor sends, and has partitions again when it hears of it", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers((n) => (n === 0 ? gate.promise : 204)));
  await scene.seedWebhook(`${receiver.url}/`);
  const first = await scene.start();
  await first.bus.hand(records(1));
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  const before = await owner(1);
  await scene.thinkAllDead();
  const second = await scene.start();
  await eventually(async () => {
    expect(await states()).toEqual([{ state: "delivered", possibly_sent: true, count: 1 }]);
  });
  expect((await owner(1)).dispatcher_id).not.toBe(before.dispatcher_id);
  // Its heartbeat says that it was put out: it cuts off what hangs, and is one of the dispatchers again.
  await eventually(async () => {
    expect(await scene.database.db.query("SELECT FROM dispatcher")).toHaveLength(2);
  });
  second.bus.revoke([0, 1]);
  first.bus.assign([0, 1]);
  await eventually(async () => expect((await owner(1)).dispatcher_id).toBe(before.dispatcher_id));
  await first.bus.hand(records(1));
  await eventually(async () => {
    expect(await states()).toEqual([
      { state: "delivered", possibly_sent: false, count: 1 },
      { state: "delivered", possibly_sent: true, count: 1 },
    ]);
  });
  gate.resolve(204);
});

test("one that stops politely leaves nothing behind, and the next takes over within the second", async () => {
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  const first = await scene.start();
  const second = await scene.start({ assigned: [] });
  await first.bus.hand(records(20));
  first.bus.revoke([0, 1]);
  second.bus.assign([0, 1]);
  const startedAt = performance.now();
  await first.dispatcher.stop();
  await eventually(async () => {
    expect(await states()).toEqual([{ state: "delivered", possibly_sent: false, count: 20 }]);
  });
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(await scene.database.db.query("SELECT FROM dispatcher")).toHaveLength(1);
  expect(receiver.requests).toHaveLength(20);
});

test("without a word from the bus what is free is shared out among who lives", async () => {
  await scene.seedInbox({ partitions: 4 });
  await scene.start({ assigned: [] });
  await scene.start({ assigned: [] });
  await eventually(async () => {
    const rows = await scene.database.db.query<{ count: number }>(
      "SELECT count(*) FROM partition_owner GROUP BY dispatcher_id",
    );
    expect(rows.map((each) => each.count)).toEqual([2, 2]);
  });
});
