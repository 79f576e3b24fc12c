/** Order of a subject: who may be claimed, who is next, and what comes between two transactions. */
import { deliveryIdOf, newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  cancelDelivery,
  claimDueDeliveries,
  expireDeliveries,
  findDelivery,
  insertRoutedEvents,
  lockPartitions,
  lockRouting,
  promoteNext,
  promoteStranded,
  recordOutcomes,
  releaseHeld,
  requestDelivery,
  runDelivery,
  skipBacklog,
  takePartitions,
  type ClaimedDelivery,
  type DeliveryOutcome,
  type Queryable,
} from "./index.ts";
import { sqlFile } from "./sql-file.ts";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "./testing/index.ts";

const PARTITION = 1;

let database: TestDatabase;
let seed: Seed;
let dispatcher: { readonly id: string; readonly epoch: number };
let seq: number;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db, { subscriptions: 2, ordered: true });
  const id = newUuid();
  const { partitions } = await takePartitions(database.db, { id, host: "test", pid: 1 });
  dispatcher = { id, epoch: partitions.find((each) => each.partition === PARTITION)!.epoch };
  seq = 0;
});
afterEach(() => database[Symbol.asyncDispose]());

interface Routed {
  readonly subject?: string | null;
  /** Which of the two subscriptions. */
  readonly by?: number;
  readonly held?: boolean;
  readonly settleMs?: number;
  readonly claimed?: boolean;
}

/** In one transaction, as a router does it; answers the deliveries' ids. */
function route(routed: readonly Routed[], meanwhile: () => Promise<unknown> = () => Promise.resolve()) {
  return database.db.transaction(async (tx) => {
    await lockRouting(tx, { dispatcherId: dispatcher.id, held: [], partitions: [PARTITION], accountIds: [] });
    const rows = routed.map(({ subject = "website/1", by = 0, held, settleMs, claimed }) => {
      const id = newUuid();
      const subscriptionId = seed.subscriptionIds[by]!;
      seq += 1;
      const { accountId, sourceId, connectionId } = seed;
      const nothing = { title: null, domain: null, traceparent: null };
      const time = { time: new Date(), receivedAt: new Date(), contentType: "application/json" };
      return {
        event: {
          id,
          accountId,
          sourceId,
          type: "x",
          subject,
          ...time,
          ...nothing,
          revision: 1,
          body: Buffer.from("{}"),
        },
        delivery: {
          id: deliveryIdOf(id, subscriptionId),
          accountId,
          eventId: id,
          subscriptionId,
          subscriptionVersion: 1,
          connectionId,
          partition: PARTITION,
          seq,
          claimedEpoch: claimed === true ? dispatcher.epoch : null,
          ordered: true,
          settleMs: settleMs ?? null,
          held: held === true ? { reason: "in_doubt", detail: "?" } : undefined,
        },
      };
    });
    const made = await insertRoutedEvents(
      tx,
      rows.map((row) => row.event),
      rows.map((row) => row.delivery),
      [{ partition: PARTITION, nextOffset: seq, nextOperationsOffset: 0, lastSeq: seq }],
    );
    await meanwhile();
    return { ids: rows.map((row) => row.delivery.id), ...made };
  });
}

function claim(by = 0, room = 100): Promise<ClaimedDelivery[]> {
  const lane = {
    partition: PARTITION,
    epoch: dispatcher.epoch,
    subscriptionId: seed.subscriptionIds[by]!,
    room,
  };
  return claimDueDeliveries(database.db, dispatcher.id, [{ ...lane, bodyRoom: 1_000_000 }]);
}

async function claimedIds(by = 0, room = 100) {
  return (await claim(by, room)).map((each) => each.deliveryId);
}

function outcomeOf(deliveryId: string, change: Partial<DeliveryOutcome> = {}): DeliveryOutcome {
  return {
    deliveryId,
    partition: PARTITION,
    epoch: dispatcher.epoch,
    state: "delivered",
    held: false,
    retryInMs: 0,
    attempts: 1,
    possiblySent: false,
    reason: null,
    detail: null,
    attempt: null,
    ...change,
  };
}

/** As the writer loop ends them; answers whose lanes may go on. */
function finish(deliveries: readonly ClaimedDelivery[], beforeCommit?: () => Promise<unknown>) {
  return database.db.transaction(async (tx) => {
    await lockPartitions(tx, [PARTITION]);
    await recordOutcomes(
      tx,
      dispatcher.id,
      deliveries.map((each) => outcomeOf(each.deliveryId)),
    );
    const promoted = await promoteNext(tx, deliveries.map(subjectOf));
    await beforeCommit?.();
    return promoted;
  });
}

function subjectOf({ partition, orderKey }: ClaimedDelivery) {
  return { partition, orderKey: orderKey! };
}

const behindRows = () =>
  database.db.query<{ behind: number }>("SELECT count(*) AS behind FROM queue WHERE behind");

test("of one subject only the first can be claimed, over both subscriptions of the connection, in bus order", async () => {
  const { ids } = await route([{}, { by: 1 }, {}, { by: 1 }]);
  const order: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const claimed = [...(await claim(0)), ...(await claim(1))];
    expect(claimed).toHaveLength(1);
    order.push(claimed[0]!.deliveryId);
    await finish(claimed);
  }
  expect(order).toEqual(ids);
});

test("another subject, and what is about none, waits for nobody", async () => {
  const { ids, ordered } = await route([
    {},
    {},
    { subject: "website/2" },
    { subject: null },
    { subject: null },
  ]);
  expect(await claimedIds()).toEqual([ids[0], ids[2], ids[3], ids[4]]);
  expect([...ordered].map(([id, place]) => [id, place.behind])).toEqual([
    [ids[0], false],
    [ids[1], true],
    [ids[2], false],
  ]);
});

test("a claim that goes in with the row is not written for one that is behind", async () => {
  const { ids } = await route([{ claimed: true }, { claimed: true }]);
  const rows = await database.db.query("SELECT delivery_id AS id FROM queue WHERE claimed_epoch IS NOT NULL");
  expect(rows).toEqual([{ id: ids[0] }]);
});

test("the next one is told of when it may go on, and a settling one not before its time", async () => {
  await route([{}, { by: 1 }]);
  const [first] = await claim();
  const [accountId, subscriptionId] = [seed.accountId, seed.subscriptionIds[1]];
  expect(await finish([first!])).toEqual([{ partition: PARTITION, accountId, subscriptionId, dueInMs: 0 }]);
  await route([{ settleMs: 60_000 }]);
  const [promoted] = await finish(await claim(1));
  expect(promoted!.dueInMs).toBeGreaterThan(50_000);
  expect(await claim()).toEqual([]);
});

test("a first one that is tried again, or held, keeps the others behind it", async () => {
  await route([{}, {}]);
  const [first] = await claim();
  await recordOutcomes(database.db, dispatcher.id, [outcomeOf(first!.deliveryId, { state: null })]);
  expect(await claimedIds()).toEqual([first!.deliveryId]);
  await recordOutcomes(database.db, dispatcher.id, [
    outcomeOf(first!.deliveryId, { state: null, held: true }),
  ]);
  expect(await claim()).toEqual([]);
});

test("one that is held when its turn comes stays held", async () => {
  const { ids } = await route([{}, { held: true }, {}]);
  expect(await finish(await claim())).toMatchObject([{ dueInMs: null }]);
  expect(await claim()).toEqual([]);
  expect(await findDelivery(database.db, seed.accountId, ids[1]!)).toMatchObject({
    state: "held",
    blocks: 1,
  });
});

test("a router that commits while the first one is being ended: what it made goes on", async () => {
  await route([{}]);
  const claimed = await claim();
  // The end waits for the router's lock, and sees what it made behind the one that ends.
  const [made, router] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const routing = route([{ by: 1 }], () => {
    made.resolve();
    return router.promise;
  });
  await made.promise;
  const ending = finish(claimed);
  await sleep(100);
  router.resolve();
  const { ids } = await routing;
  expect(await ending).toHaveLength(1);
  expect(await claimedIds(1)).toEqual(ids);
});

test("a router that comes while the first one is being ended sees that it is gone", async () => {
  await route([{}]);
  const claimed = await claim();
  const [ended, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ending = finish(claimed, () => {
    ended.resolve();
    return end.promise;
  });
  await ended.promise;
  const routing = route([{ by: 1 }]);
  await sleep(50);
  end.resolve();
  await ending;
  const { ids } = await routing;
  expect(await claimedIds(1)).toEqual(ids);
});

test("without the lock the two pass each other by, and the net finds what is stranded", async () => {
  await route([{}]);
  const [first] = await claim();
  const [made, router] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const routing = route([{ by: 1 }, { subject: "website/2" }], () => {
    made.resolve();
    return router.promise;
  });
  await made.promise;
  await recordOutcomes(database.db, dispatcher.id, [outcomeOf(first!.deliveryId)]);
  expect(await promoteNext(database.db, [subjectOf(first!)])).toEqual([]);
  router.resolve();
  const { ids } = await routing;
  expect(await claim(1)).toEqual([]);
  expect(await promoteStranded(database.db, [0, PARTITION])).toBe(1);
  expect(await claimedIds(1)).toEqual([ids[0]]);
  expect(await promoteStranded(database.db, [0, PARTITION])).toBe(0);
});

test("one that somebody asked for joins its subject at the tail, and starts at once when nobody waits", async () => {
  const request = async () => {
    const id = newUuid();
    const { accountId, connectionId, subscriptionIds } = seed;
    const [{ id: eventId }] = (await database.db.query<{ id: string }>("SELECT id FROM event LIMIT 1")) as [
      { id: string },
    ];
    const what = { eventId, subscriptionId: subscriptionIds[0]!, subscriptionVersion: 1, connectionId };
    await database.db.transaction((tx) =>
      requestDelivery(tx, { id, accountId, ...what, key: id, partition: PARTITION, marksStart: false }),
    );
    return id;
  };
  await route([{}]);
  const claimed = await claim();
  const second = await request();
  expect(await claim()).toEqual([]);
  await finish(claimed);
  const [next] = await claim();
  expect(next!.deliveryId).toBe(second);
  await finish([next!]);
  const third = await request();
  expect(await claimedIds()).toEqual([third]);
});

test("a dropped first one lets the next go on; one that is on its way cannot be dropped", async () => {
  const { ids } = await route([{}, {}]);
  const waiting = (id: string) => ({ accountId: seed.accountId, id, partition: PARTITION });
  const act = (work: (tx: Queryable) => Promise<boolean>) => database.db.transaction(work);
  expect(await act((tx) => runDelivery(tx, waiting(ids[1]!)))).toBe(false);
  expect(await act((tx) => cancelDelivery(tx, waiting(ids[0]!), "Dropped by a person"))).toBe(true);
  expect(await findDelivery(database.db, seed.accountId, ids[0]!)).toMatchObject({
    state: "dead",
    reason: "dropped",
  });
  expect(await claimedIds()).toEqual([ids[1]]);
  expect(await act((tx) => cancelDelivery(tx, waiting(ids[1]!), "x"))).toBe(false);
});

test("a catch-up of the latest leaves the others of its subject in order", async () => {
  const { ids } = await route([{}, { by: 1 }, {}, {}, { subject: "website/2" }]);
  const lane = { partition: PARTITION, epoch: dispatcher.epoch, accountId: seed.accountId };
  const promoted: unknown[] = [];
  const skipped = await skipBacklog(
    database.db,
    dispatcher.id,
    { ...lane, subscriptionId: seed.subscriptionIds[0]! },
    {
      before: new Date(Date.now() + 60_000),
      keepLatest: true,
      reason: "superseded",
      detail: "x",
      isStopped: () => false,
      onPromoted: (each) => promoted.push(...each),
    },
  );
  expect(skipped).toBe(2);
  expect(promoted).toHaveLength(1);
  // The second subscription's is the first of them now.
  const claimed = [...(await claim(0)), ...(await claim(1))];
  expect(claimed.map((each) => each.deliveryId)).toEqual([ids[4], ids[1]]);
  await finish(claimed);
  expect(await claimedIds()).toEqual([ids[3]]);
});

test("one whose outcome is to hold it while its subscription is deleted goes on to be ended, and blocks nobody", async () => {
  const { ids } = await route([{}, { by: 1 }]);
  const [first] = await claim();
  const [subscriptionId] = seed.subscriptionIds as [string];
  const held = outcomeOf(first!.deliveryId, { state: null, held: true });
  let recording: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await tx.query(sqlFile("delete-subscription"), [seed.accountId, subscriptionId, 1]);
    await releaseHeld(tx, { accountId: seed.accountId, subscriptionId, partition: PARTITION });
    // It cannot see that yet, and what it writes cannot be seen by the deletion.
    recording = recordOutcomes(database.db, dispatcher.id, [held]);
    await sleep(100);
  });
  await recording;
  expect(await claimedIds()).toEqual([ids[0]]);
});

test("what expires lets those behind it go on", async () => {
  const { ids } = await route([{}, {}]);
  const tell = () => ({
    id: newUuid(),
    accountId: seed.accountId,
    partition: 1,
    type: "x",
    subject: null,
    data: {},
  });
  const before = new Date(Number.parseInt(ids[1]!.replaceAll("-", "").slice(0, 12), 16));
  // Both events may have been made in the same millisecond.
  await database.db.query(
    "UPDATE queue SET delivery_id = overlay(delivery_id::text PLACING '0000' FROM 1)::uuid WHERE seq = 1",
  );
  expect(await expireDeliveries(database.db, { before, tell })).toBe(1);
  expect(await claimedIds()).toEqual([ids[1]]);
});

test("who waits says for whom, and who is waited for says for how many", async () => {
  const { ids } = await route([{ held: true }, { by: 1 }, {}]);
  const show = (index: number) => findDelivery(database.db, seed.accountId, ids[index]!);
  expect(await show(0)).toMatchObject({ state: "held", reason: "in_doubt", waitsFor: null, blocks: 2 });
  expect(await show(2)).toMatchObject({
    state: "queued",
    reason: "behind",
    nextAttemptAt: null,
    waitsFor: {
      id: ids[0],
      subscriptionId: seed.subscriptionIds[0],
      state: "held",
      reason: "in_doubt",
      ahead: 2,
    },
    blocks: 0,
  });
});

test("ten thousand subjects are claimed as far as a lane has room, their successors never", async () => {
  const subjects = Array.from({ length: 10_000 }, (_, index) => `website/${index}`);
  for (let from = 0; from < 10_000; from += 2_000) {
    const batch = subjects.slice(from, from + 2_000).flatMap((subject) => [{ subject }, { subject }]);
    await route(batch);
  }
  expect(await behindRows()).toEqual([{ behind: 10_000 }]);
  const seen = new Set<string>();
  for (let claims = 0; claims < 40; claims += 1) {
    const claimed = await claim(0, 256);
    for (const { event } of claimed) {
      expect(seen.has(event.subject!)).toBe(false);
      seen.add(event.subject!);
    }
  }
  expect(seen.size).toBe(10_000);
  expect(await claim(0, 256)).toEqual([]);
}, 60_000);

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
