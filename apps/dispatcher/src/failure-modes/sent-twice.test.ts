/** What users of other servers saw: one event, and its target got it twice for no reason. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "../testing/dispatcher-scene.ts";
import { recordOf } from "../testing/hand-fed-bus.ts";

/** Least of a wait with its jitter. */
const LEAST = 0.8;

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

test("sent again while still running: however often somebody looks for work, what is on its way is left alone", async () => {
  const gate = Promise.withResolvers<number>();
  await using receiver = await openReceiver(answers((n) => (n === 0 ? gate.promise : 204)));
  await scene.seedWebhook(`${receiver.url}/`);
  const { bus } = await scene.start();
  const { db } = scene.database;
  const slow = recordOf(scene.seed);
  await bus.hand([slow]);
  await eventually(async () => expect(receiver.requests).toHaveLength(1));
  for (let look = 0; look < 20; look += 1) {
    await db.query("SELECT pg_notify('stellwerk_queue', '1')");
    await bus.hand([slow]);
  }
  // Work of the same lane that came in between is claimed and sent, so somebody did look.
  await bus.hand(Array.from({ length: 10 }, () => recordOf(scene.seed)));
  await eventually(async () => expect(receiver.requests).toHaveLength(11));
  gate.resolve(204);
  await eventually(async () => expect(await db.query("SELECT FROM queue")).toEqual([]));
  expect(new Set(receiver.requests.map((each) => each.headers["webhook-id"])).size).toBe(11);
  expect(receiver.requests).toHaveLength(11);
  expect(await db.query("SELECT FROM attempt WHERE number > 1")).toEqual([]);
});

test("instant retry after the request had left: a lost reply waits for its turn, and says that it may arrive twice", async () => {
  const waitMs = 600;
  const at: number[] = [];
  await using receiver = await openReceiver((response) => {
    at.push(performance.now());
    // The second comes over the connection that the first one kept open, is read, and gets no answer.
    if (at.length === 2) response.destroy();
    else response.writeHead(204).end();
  });
  await scene.seedWebhook(`${receiver.url}/`, { retryScheduleMs: [waitMs] });
  const { bus } = await scene.start();
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => expect(await scene.deliveries()).toMatchObject([{ state: "delivered" }]));
  await bus.hand([recordOf(scene.seed)]);
  await eventually(async () => {
    const queue = "SELECT attempts, possibly_sent, due_at > now() AS waits FROM queue";
    expect(await scene.database.db.query(queue)).toEqual([{ attempts: 1, possibly_sent: true, waits: true }]);
  });
  await eventually(async () => expect(await scene.database.db.query("SELECT FROM queue")).toEqual([]));
  const [first, lost, again] = receiver.requests;
  expect(receiver.requests).toHaveLength(3);
  expect(lost?.clientPort).toBe(first?.clientPort);
  expect(again?.headers["webhook-id"]).toBe(lost?.headers["webhook-id"]);
  expect(at[2]! - at[1]!).toBeGreaterThanOrEqual(waitMs * LEAST);
  expect(await scene.deliveries()).toMatchObject([
    {},
    { state: "delivered", attempts: 2, possibly_sent: true },
  ]);
});
