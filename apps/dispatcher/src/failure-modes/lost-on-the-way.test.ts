/** What users of other servers saw: an event that was there, and is gone. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { holdSubscription, raiseRevision, resumeSubscription } from "@stellwerk/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { answers, DispatcherScene, eventually } from "../testing/dispatcher-scene.ts";
import { recordOf } from "../testing/hand-fed-bus.ts";

const EVENTS = 40;

let scene: DispatcherScene;

beforeEach(async () => {
  scene = await DispatcherScene.open();
});
afterEach(() => scene[Symbol.asyncDispose]());

const records = (count: number) => Array.from({ length: count }, () => recordOf(scene.seed));
const states = () =>
  scene.database.db.query("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state");

test("dropped because the target was paused: what comes meanwhile waits, over a restart too, and is sent after", async () => {
  await using receiver = await openReceiver();
  await scene.seedWebhook(`${receiver.url}/`);
  const { db } = scene.database;
  const { accountId, subscriptionIds } = scene.seed;
  const id = subscriptionIds[0]!;
  const before = await scene.start();
  await db.transaction(async (tx) => {
    await raiseRevision(tx, accountId);
    await holdSubscription(tx, accountId, id, "The shop is being rebuilt");
  });
  await before.bus.hand(records(EVENTS));
  await before.dispatcher.stop();
  const { bus } = await scene.start();
  await bus.hand(records(EVENTS));
  // What may be sent is claimed by its route, and what waits by the start.
  expect(await states()).toEqual([{ state: null, count: 2 * EVENTS }]);
  expect(await db.query("SELECT FROM queue WHERE claimed_epoch IS NOT NULL")).toEqual([]);
  expect(receiver.requests).toEqual([]);

  await db.transaction(async (tx) => {
    await raiseRevision(tx, accountId);
    await resumeSubscription(tx, accountId, id, { catchUp: "all", perSecond: null });
  });
  await eventually(async () => expect(await states()).toEqual([{ state: "delivered", count: 2 * EVENTS }]));
  expect(new Set(receiver.requests.map((each) => each.headers["webhook-id"])).size).toBe(2 * EVENTS);
});

test("recovery lost at restart: a dispatcher that dies while it recovers what the one before left leaves all of it to the next", async () => {
  let open = false;
  await using receiver = await openReceiver(answers(() => (open ? 204 : new Promise<number>(() => {}))));
  await scene.seedWebhook(`${receiver.url}/`);
  const first = await scene.start();
  await first.bus.hand(records(EVENTS));
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(0));
  const hanging = receiver.requests.length;
  // Neither is stopped: they are gone as after kill -9, each with requests on the way.
  await scene.thinkAllDead();
  await scene.start();
  await eventually(async () => expect(receiver.requests.length).toBeGreaterThan(hanging));
  open = true;
  await scene.thinkAllDead();
  await scene.start();
  await eventually(async () => expect(await states()).toEqual([{ state: "delivered", count: EVENTS }]));
  const sentTwice = new Set<unknown>();
  const seen = new Set<unknown>();
  for (const { headers } of receiver.requests) {
    (seen.has(headers["webhook-id"]) ? sentTwice : seen).add(headers["webhook-id"]);
  }
  const marked = "SELECT count(*) FROM delivery WHERE possibly_sent";
  const [row] = await scene.database.db.query<{ count: number }>(marked);
  expect(sentTwice.size).toBeGreaterThan(0);
  expect(row?.count).toBeGreaterThanOrEqual(sentTwice.size);
});

test("log lost at a crash: an outcome and its attempt are one write, so no delivery ends without what was sent and answered", async () => {
  const { db } = scene.database;
  await using receiver = await openReceiver(answers(() => 204));
  await scene.seedWebhook(`${receiver.url}/`);
  // Remembers which transaction wrote the attempt; the delivery's row keeps the one that ended it.
  await db.query("CREATE TABLE written (delivery_id uuid, xid xid8 DEFAULT pg_current_xact_id())");
  await db.query(
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
     $$ BEGIN INSERT INTO written (delivery_id) VALUES (NEW.delivery_id); RETURN NULL; END $$`,
  );
  await db.query("CREATE TRIGGER note AFTER INSERT ON attempt FOR EACH ROW EXECUTE FUNCTION note()");
  const { bus } = await scene.start();
  await bus.hand(records(EVENTS));
  await eventually(async () => expect(await states()).toEqual([{ state: "delivered", count: EVENTS }]));
  const together = await db.query(
    `SELECT FROM delivery d JOIN attempt a ON a.delivery_id = d.id JOIN written w ON w.delivery_id = d.id
     WHERE d.xmin = w.xid::xid AND a.reply_status = 204`,
  );
  expect(together).toHaveLength(EVENTS);
});
