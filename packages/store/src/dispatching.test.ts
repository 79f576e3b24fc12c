/** What a dispatcher may write, and what it may not: claims, outcomes, fences, takeovers. */
import { deliveryIdOf, newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  claimDueDeliveries,
  insertRoutedEvents,
  lockRouting,
  markStarted,
  nextDueOfLanes,
  recordOutcomes,
  releaseClaims,
  releaseUnknownClaims,
  routedOffset,
  takePartitions,
  waitingLanes,
  type DeliveryOutcome,
} from "./index.ts";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "./testing/index.ts";

const PARTITION = 1;

let database: TestDatabase;
let seed: Seed;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
});
afterEach(() => database[Symbol.asyncDispose]());

async function startDispatcher() {
  const id = newUuid();
  const { partitions, requeued } = await takePartitions(database.db, { id, host: "test", pid: 1 });
  const epoch = partitions.find((each) => each.partition === PARTITION)!.epoch;
  return { id, epoch, requeued };
}

/** Routes `count` events; with an epoch their deliveries go in claimed. */
async function route(count: number, claimedEpoch: number | null = null, body = Buffer.from('{"event":"x"}')) {
  const events = Array.from({ length: count }, () => ({
    id: newUuid(),
    accountId: seed.accountId,
    sourceId: seed.sourceId,
    type: "x",
    subject: "website/1",
    time: new Date(),
    receivedAt: new Date(),
    contentType: "application/json",
    title: "Harry's \0 Diner \ud800",
    domain: "example.com",
    revision: 2,
    traceparent: null,
    body,
  }));
  const deliveries = events.map((event, index) => ({
    id: deliveryIdOf(event.id, seed.subscriptionIds[0]!),
    accountId: seed.accountId,
    eventId: event.id,
    subscriptionId: seed.subscriptionIds[0]!,
    subscriptionVersion: 1,
    connectionId: seed.connectionId,
    partition: PARTITION,
    seq: index + 1,
    claimedEpoch,
  }));
  const { inserted } = await insertRoutedEvents(database.db, events, deliveries, []);
  return { events, deliveries, inserted };
}

interface ClaimLimits {
  readonly maxBodyBytes?: number;
  readonly bodyRoom?: number;
}

function claim(dispatcher: { id: string; epoch: number }, room = 10, limits: ClaimLimits = {}) {
  const [subscriptionId] = seed.subscriptionIds as [string];
  const { bodyRoom = 1_000_000, maxBodyBytes } = limits;
  const lane = { partition: PARTITION, epoch: dispatcher.epoch, subscriptionId, room, bodyRoom };
  return claimDueDeliveries(database.db, dispatcher.id, [lane], maxBodyBytes);
}

function outcome(
  delivery: { deliveryId: string; epoch: number },
  change: Partial<DeliveryOutcome> = {},
): DeliveryOutcome {
  return {
    deliveryId: delivery.deliveryId,
    partition: PARTITION,
    epoch: delivery.epoch,
    state: "delivered",
    held: false,
    retryInMs: 0,
    attempts: 1,
    possiblySent: false,
    reason: null,
    detail: "Delivered",
    attempt: {
      id: newUuid(),
      number: 1,
      startedAt: new Date(),
      durationMs: 12.4,
      outcome: "delivered",
      reason: null,
      detail: null,
      request: { method: "POST", url: "https://example.com/" },
      reply: { status: 200, headers: { "content-type": "text/plain" }, body: Buffer.from([0, 255, 10]) },
    },
    ...change,
  };
}

async function ownedBy(dispatcher: { id: string; epoch: number }): Promise<ReadonlySet<number>> {
  const held = [{ partition: PARTITION, epoch: dispatcher.epoch }];
  const scope = { dispatcherId: dispatcher.id, held, partitions: [PARTITION], accountIds: [seed.accountId] };
  return (await lockRouting(database.db, scope)).owned;
}

function markOf({ deliveryId, epoch }: { deliveryId: string; epoch: number }) {
  return { deliveryId, partition: PARTITION, epoch, possiblySent: false };
}

const queueRows = () =>
  database.db.query<{ delivery_id: string; claimed_epoch: number | null; possibly_sent: boolean }>(
    "SELECT * FROM queue",
  );

test("an event's bytes come back as they were, and strange text does not stop its batch", async () => {
  const dispatcher = await startDispatcher();
  const body = Buffer.from([0, 1, 2, 253, 254, 255]);
  await route(2, null, body);
  const claimed = await claim(dispatcher);
  expect(claimed.map((each) => each.event.body)).toEqual([body, body]);
  const [event] = await database.db.query<{ title: string }>("SELECT title FROM event LIMIT 1");
  expect(event?.title).toBe("Harry's \ufffd Diner \ufffd");
});

test("an event that is routed again makes no second delivery", async () => {
  await startDispatcher();
  const { events, deliveries, inserted } = await route(3);
  expect(inserted.size).toBe(3);
  const again = await insertRoutedEvents(database.db, events, deliveries, []);
  expect(again.inserted).toEqual(new Set());
  expect(await queueRows()).toHaveLength(3);
});

test("a claimed delivery is not handed out a second time", async () => {
  const dispatcher = await startDispatcher();
  await route(3);
  expect(await claim(dispatcher, 2)).toHaveLength(2);
  expect(await claim(dispatcher, 2)).toHaveLength(1);
  expect(await claim(dispatcher, 2)).toHaveLength(0);
});

test("a claim ends with the body that passes its bytes, and leaves the rest to the next", async () => {
  const dispatcher = await startDispatcher();
  await route(5, null, Buffer.alloc(1_000));
  expect(await claim(dispatcher, 10, { maxBodyBytes: 2_500 })).toHaveLength(3);
  expect(await claim(dispatcher, 10, { maxBodyBytes: 0 })).toHaveLength(0);
  expect(await claim(dispatcher)).toHaveLength(2);
});

test("an outcome that is written again after its row was claimed anew lets it wait again, with one attempt", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  const again = outcome(delivery!, { state: null, retryInMs: 0, reason: "timeout" });
  await recordOutcomes(database.db, dispatcher.id, [again]);
  expect(await claim(dispatcher)).toHaveLength(1);
  expect((await recordOutcomes(database.db, dispatcher.id, [again])).size).toBe(1);
  expect(await queueRows()).toMatchObject([{ claimed_epoch: null, attempts: 1 }]);
  expect(await database.db.query("SELECT FROM attempt")).toHaveLength(1);
});

test("what is not due yet is not claimed, and the lane says when it will be", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  await recordOutcomes(database.db, dispatcher.id, [
    outcome(delivery!, { state: null, retryInMs: 60_000, reason: "timeout" }),
  ]);
  expect(await claim(dispatcher)).toHaveLength(0);
  const lane = { partition: PARTITION, subscriptionId: seed.subscriptionIds[0]! };
  const dueInMs = (await nextDueOfLanes(database.db, [lane])).get(lane.subscriptionId)!;
  expect(dueInMs).toBeGreaterThan(55_000);
  expect(dueInMs).toBeLessThanOrEqual(60_000);
  expect(await waitingLanes(database.db, [0, PARTITION])).toMatchObject([
    { ...lane, accountId: seed.accountId },
  ]);
});

test("an outcome ends the delivery, keeps the attempt and empties the queue", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  const made = outcome(delivery!);
  expect(await recordOutcomes(database.db, dispatcher.id, [made])).toEqual(new Set([made]));
  expect(await queueRows()).toHaveLength(0);
  expect(await database.db.query("SELECT state, attempts, detail FROM delivery")).toEqual([
    { state: "delivered", attempts: 1, detail: "Delivered" },
  ]);
  expect(
    await database.db.query("SELECT number, duration_ms, reply_status, reply_body FROM attempt"),
  ).toEqual([{ number: 1, duration_ms: 12, reply_status: 200, reply_body: Buffer.from([0, 255, 10]) }]);
});

test("what is dead is listed without reading every delivery", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  await recordOutcomes(database.db, dispatcher.id, [
    outcome(delivery!, { state: "dead", reason: "exhausted" }),
  ]);
  expect(await database.db.query("SELECT delivery_id, state FROM undelivered")).toEqual([
    { delivery_id: delivery!.deliveryId, state: "dead" },
  ]);
});

test("a lane stops at its own share of bytes", async () => {
  const dispatcher = await startDispatcher();
  await route(3, null, Buffer.alloc(1_000, "x"));
  expect(await claim(dispatcher, 10, { bodyRoom: 1_500 })).toHaveLength(2);
  expect(await claim(dispatcher, 10, { bodyRoom: 1 })).toHaveLength(1);
});

test("a delivery whose event is gone is handed out to be ended, not stuck", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  await database.db.query("DELETE FROM event");
  expect(await claim(dispatcher)).toMatchObject([{ eventGone: true }]);
});

test("a held delivery waits until somebody mends it", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  await recordOutcomes(database.db, dispatcher.id, [
    outcome(delivery!, { state: null, held: true, reason: "auth" }),
  ]);
  expect(await queueRows()).toMatchObject([{ held: true, claimed_epoch: null }]);
  expect(await claim(dispatcher)).toHaveLength(0);
  expect(await waitingLanes(database.db, [PARTITION])).toHaveLength(0);
});

test("after a takeover the dispatcher before can neither claim nor record", async () => {
  const before = await startDispatcher();
  await route(2);
  const [inHand] = await claim(before, 1);
  const after = await startDispatcher();
  expect(after.requeued).toBe(1);
  expect(await claim(before)).toHaveLength(0);
  expect(await recordOutcomes(database.db, before.id, [outcome(inHand!)])).toEqual(new Set());
  expect(await ownedBy(before)).toEqual(new Set());
  expect(await ownedBy(after)).toEqual(new Set([PARTITION]));
  expect(await claim(after)).toHaveLength(2);
});

test("what was in hand at a takeover is marked possibly sent, and nothing else is", async () => {
  const before = await startDispatcher();
  await route(2);
  const [inHand] = await claim(before, 1);
  await startDispatcher();
  const rows = await database.db.query(
    "SELECT d.id, d.possibly_sent, q.possibly_sent AS queued FROM delivery d JOIN queue q ON q.delivery_id = d.id ORDER BY d.possibly_sent",
  );
  expect(rows).toMatchObject([
    { possibly_sent: false, queued: false },
    { id: inHand!.deliveryId, possibly_sent: true, queued: true },
  ]);
});

test("what marks its start is possibly sent after a takeover if it was marked, and only then; the mark stays", async () => {
  const before = await startDispatcher();
  await route(2);
  await database.db.query("UPDATE queue SET marks_start = true");
  const [marked, unmarked] = await claim(before, 2);
  const mark = markOf(marked!);
  expect(await markStarted(database.db, before.id, [mark])).toEqual(new Set([mark]));
  const after = await startDispatcher();
  expect(after.requeued).toBe(2);
  const rows = await database.db.query(
    `SELECT d.id, d.possibly_sent, q.possibly_sent AS queued, started_at IS NOT NULL AS in_doubt
     FROM delivery d JOIN queue q ON q.delivery_id = d.id ORDER BY d.possibly_sent DESC`,
  );
  expect(rows).toEqual([
    { id: marked!.deliveryId, possibly_sent: true, queued: true, in_doubt: true },
    { id: unmarked!.deliveryId, possibly_sent: false, queued: false, in_doubt: false },
  ]);
  const claimed = await claim(after, 2);
  expect(claimed.filter((each) => each.startedAt !== null)).toHaveLength(1);
  // To be given back unstarted is no news of an earlier start.
  await releaseClaims(database.db, after.id, claimed);
  expect(await database.db.query("SELECT FROM queue WHERE started_at IS NOT NULL")).toHaveLength(1);
});

test("a mark of an epoch that is over, or of what is not claimed, is refused", async () => {
  const before = await startDispatcher();
  await route(2);
  const [mine] = await claim(before, 1);
  const waiting = (await queueRows()).find((row) => row.delivery_id !== mine!.deliveryId)!.delivery_id;
  const marks = [markOf(mine!), { ...markOf(mine!), deliveryId: waiting }];
  expect(await markStarted(database.db, before.id, marks)).toEqual(new Set(marks.slice(0, 1)));
  await startDispatcher();
  expect(await markStarted(database.db, before.id, [markOf(mine!)])).toEqual(new Set());
});

test("an outcome clears the mark unless nobody knows how it ended", async () => {
  const dispatcher = await startDispatcher();
  await route(2);
  const [known, unknown] = await claim(dispatcher, 2);
  await markStarted(database.db, dispatcher.id, [markOf(known!), markOf(unknown!)]);
  await recordOutcomes(database.db, dispatcher.id, [
    outcome(known!, { state: null, retryInMs: 60_000 }),
    outcome(unknown!, { state: null, retryInMs: 60_000, keepsStart: true }),
  ]);
  expect(await database.db.query("SELECT delivery_id FROM queue WHERE started_at IS NOT NULL")).toEqual([
    { delivery_id: unknown!.deliveryId },
  ]);
});

test("a takeover waits for a write that is under way, and sees it", async () => {
  const before = await startDispatcher();
  await route(1);
  const [inHand] = await claim(before);
  let after: Promise<{ requeued: number }> | undefined;
  let tookOver = false;
  await database.db.transaction(async (tx) => {
    await recordOutcomes(tx, before.id, [outcome(inHand!)]);
    after = startDispatcher();
    void after.then(() => (tookOver = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(tookOver).toBe(false);
  });
  expect((await after!).requeued).toBe(0);
});

test("an outcome for another epoch's claim is not written", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  const stale = outcome({ ...delivery!, epoch: dispatcher.epoch - 1 });
  expect(await recordOutcomes(database.db, dispatcher.id, [stale])).toEqual(new Set());
  expect(await queueRows()).toHaveLength(1);
});

test("of two runs of a delivery that end at once only the one of today's epoch counts, and is told of", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  const before = outcome({ ...delivery!, epoch: dispatcher.epoch - 1 });
  const now = outcome(delivery!);
  expect(await recordOutcomes(database.db, dispatcher.id, [before, now])).toEqual(new Set([now]));
  expect(await database.db.query("SELECT FROM attempt")).toHaveLength(1);
});

test("of two marks of a delivery only the one of today's epoch means that it may be called", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  const [delivery] = await claim(dispatcher);
  const good = markOf(delivery!);
  const old = { ...good, epoch: dispatcher.epoch - 1 };
  const marked = await markStarted(database.db, dispatcher.id, [old, good]);
  expect([...marked]).toEqual([good]);
});

test("claims that nobody knows of are given back without doubt, those in hand are kept", async () => {
  const dispatcher = await startDispatcher();
  const { deliveries } = await route(2, dispatcher.epoch);
  const known = deliveries[0]!.id;
  await releaseUnknownClaims(database.db, dispatcher.id, [known]);
  const claimed = await claim(dispatcher);
  expect(claimed.map((each) => each.deliveryId)).toEqual([deliveries[1]!.id]);
  expect(await queueRows()).toMatchObject([{ possibly_sent: false }, { possibly_sent: false }]);
});

test("what was claimed but never started is released without doubt", async () => {
  const dispatcher = await startDispatcher();
  await route(1);
  await releaseClaims(database.db, dispatcher.id, await claim(dispatcher));
  expect(await queueRows()).toMatchObject([{ claimed_epoch: null, possibly_sent: false }]);
});

test("the routed offset only moves forward", async () => {
  expect(await routedOffset(database.db, "events", PARTITION)).toBe(0n);
  await insertRoutedEvents(
    database.db,
    [],
    [],
    [{ partition: PARTITION, nextOffset: 7, nextOperationsOffset: 0, lastSeq: 3 }],
  );
  await insertRoutedEvents(
    database.db,
    [],
    [],
    [{ partition: PARTITION, nextOffset: 5, nextOperationsOffset: 2, lastSeq: 4 }],
  );
  expect(await routedOffset(database.db, "events", PARTITION)).toBe(7n);
  expect(await routedOffset(database.db, "operations", PARTITION)).toBe(2n);
});
