/**
 * Everybody at once over the subjects of one partition: routers, claims, outcomes, people, a catch-up, takeovers. Which
 * transaction meets which is chance; what holds whatever they do is checked at each claim and at the end.
 */
import { deliveryIdOf, newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  cancelDelivery,
  claimDueDeliveries,
  insertRoutedEvents,
  lockPartitions,
  lockRouting,
  markStarted,
  promoteNext,
  promoteStranded,
  recordOutcomes,
  requestDelivery,
  resolveDelivery,
  runDelivery,
  skipBacklog,
  takePartitions,
  type ClaimedDelivery,
  type Queryable,
  type Resolution,
} from "./index.ts";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "./testing/index.ts";

const PARTITION = 1;
const FOR_MS = 4_000;
const SUBJECTS = 4;

let database: TestDatabase;
let seed: Seed;
let dispatcher: { readonly id: string; readonly epoch: number };
let offset = 0;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db, { subscriptions: 2, ordered: true });
  await takeOver();
});
afterEach(() => database[Symbol.asyncDispose]());

const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;

async function takeOver() {
  const id = newUuid();
  const { partitions } = await takePartitions(database.db, { id, host: "test", pid: 1 });
  dispatcher = { id, epoch: partitions.find((each) => each.partition === PARTITION)!.epoch };
}

function route() {
  return database.db.transaction(async (tx) => {
    const { id: dispatcherId, epoch } = dispatcher;
    const held = [{ partition: PARTITION, epoch }];
    const lock = await lockRouting(tx, { dispatcherId, held, partitions: [PARTITION], accountIds: [] });
    let seq = lock.routed[0]!.lastSeq;
    const { accountId, sourceId, connectionId } = seed;
    const made = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => {
      const id = newUuid();
      const subscriptionId = pick(seed.subscriptionIds);
      seq += 1;
      return {
        event: {
          id,
          accountId,
          sourceId,
          type: "x",
          // Few enough wait behind each that the last of a subject ends while the next one comes.
          subject: `website/${Math.floor(Math.random() * SUBJECTS)}`,
          time: new Date(),
          receivedAt: new Date(),
          contentType: "application/json",
          title: null,
          domain: null,
          traceparent: null,
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
          claimedEpoch: null,
          ordered: true,
          held: Math.random() < 0.1 ? { reason: "in_doubt", detail: "?" } : undefined,
        },
      };
    });
    offset += 1;
    const reached = { partition: PARTITION, nextOffset: offset, nextOperationsOffset: 0, lastSeq: seq };
    await insertRoutedEvents(
      tx,
      made.map((each) => each.event),
      made.map((each) => each.delivery),
      [reached],
    );
  });
}

const outOfTurn: unknown[] = [];
const tooLate: unknown[] = [];
async function work(endAll = false) {
  const { id, epoch } = dispatcher;
  const lanes = seed.subscriptionIds.map((subscriptionId) => ({
    partition: PARTITION,
    epoch,
    subscriptionId,
    room: 3,
    bodyRoom: 1_000_000,
  }));
  const claimed = await claimDueDeliveries(database.db, id, lanes);
  if (claimed.length === 0) return;
  outOfTurn.push(
    ...(await database.db.query(
      `SELECT q.delivery_id FROM queue q JOIN queue b
         ON b.partition = q.partition AND b.order_key = q.order_key AND b.seq < q.seq
       WHERE q.delivery_id = ANY ($1) AND q.claimed_epoch IS NOT NULL`,
      [claimed.map((each) => each.deliveryId)],
    )),
  );
  await database.db.transaction((tx) =>
    markStarted(
      tx,
      id,
      claimed.map(({ deliveryId, partition }) => ({ deliveryId, partition, epoch, possiblySent: false })),
    ),
  );
  const ends = endAll ? claimed : claimed.filter(() => Math.random() < 0.6);
  await database.db.transaction(async (tx) => {
    if (ends.length > 0) await lockPartitions(tx, [PARTITION]);
    const outcomes = claimed.map((each) => outcomeOf(each, ends.includes(each)));
    const recorded = [...(await recordOutcomes(tx, id, outcomes))].map(({ deliveryId }) => deliveryId);
    const [now] = await tx.query<{ epoch: number }>(
      "SELECT epoch FROM partition_owner WHERE partition = $1",
      [PARTITION],
    );
    if (now?.epoch !== epoch) tooLate.push(...recorded);
    const gone = ends.filter((each) => recorded.includes(each.deliveryId));
    await promoteNext(
      tx,
      gone.map(({ partition, orderKey }) => ({ partition, orderKey: orderKey! })),
    );
  });
}

function outcomeOf({ deliveryId, partition, epoch }: ClaimedDelivery, ends: boolean) {
  const held = !ends && Math.random() < 0.5;
  return {
    deliveryId,
    partition,
    epoch,
    state: ends ? ("delivered" as const) : null,
    held,
    keepsStart: held && Math.random() < 0.5,
    retryInMs: 0,
    attempts: 1,
    possiblySent: false,
    reason: null,
    detail: null,
    attempt: null,
  };
}

async function decide(): Promise<void> {
  const [row] = await database.db.query<{ id: string }>(
    "SELECT delivery_id AS id FROM queue ORDER BY random() LIMIT 1",
  );
  if (row === undefined) return;
  const waiting = { accountId: seed.accountId, id: row.id, partition: PARTITION };
  const decisions: ((tx: Queryable) => Promise<boolean>)[] = [
    (tx) => cancelDelivery(tx, waiting, "x"),
    (tx) => runDelivery(tx, waiting),
    ...(["delivered", "send", "drop"] as const satisfies readonly Resolution[]).map(
      (as) => (tx: Queryable) => resolveDelivery(tx, waiting, as, "x"),
    ),
  ];
  await database.db.transaction(pick(decisions));
}

async function settleHeld(): Promise<void> {
  const held = await database.db.query<{ id: string }>("SELECT delivery_id AS id FROM queue WHERE held");
  for (const { id } of held) {
    const waiting = { accountId: seed.accountId, id, partition: PARTITION };
    await database.db.transaction((tx) => resolveDelivery(tx, waiting, "send", "x"));
  }
}

async function request(): Promise<void> {
  const [event] = await database.db.query<{ id: string }>("SELECT id FROM event ORDER BY random() LIMIT 1");
  if (event === undefined) return;
  const id = newUuid();
  const { accountId, connectionId } = seed;
  const what = { eventId: event.id, subscriptionId: pick(seed.subscriptionIds), subscriptionVersion: 1 };
  await database.db.transaction((tx) =>
    requestDelivery(tx, {
      id,
      accountId,
      connectionId,
      ...what,
      key: id,
      partition: PARTITION,
      marksStart: false,
    }),
  );
}

async function catchUp(): Promise<void> {
  const { id, epoch } = dispatcher;
  const lane = {
    partition: PARTITION,
    epoch,
    accountId: seed.accountId,
    subscriptionId: pick(seed.subscriptionIds),
  };
  await skipBacklog(database.db, id, lane, {
    before: new Date(Date.now() + 60_000),
    keepLatest: true,
    reason: "superseded",
    detail: "x",
    isStopped: () => false,
  });
}

test("whoever meets whom, nobody goes before its turn, nobody waits for ever, and nobody for each other", async () => {
  const untilMs = performance.now() + FOR_MS;
  const failures: unknown[] = [];
  let stranded = 0;
  const many = async (act: () => Promise<unknown>, everyMs: number) => {
    while (performance.now() < untilMs) {
      await act().catch((error: unknown) => failures.push(error));
      await new Promise((resolve) => setTimeout(resolve, everyMs * Math.random()));
    }
  };
  await Promise.all([
    many(route, 40),
    many(route, 40),
    many(work, 0),
    many(work, 0),
    many(work, 0),
    many(work, 0),
    many(decide, 4),
    many(decide, 4),
    many(request, 20),
    many(catchUp, 100),
    many(takeOver, 300),
    // Whoever waits for another one is let go on by that one, and by nobody else.
    many(async () => (stranded += await promoteStranded(database.db, [PARTITION])), 20),
  ]);
  expect(failures).toEqual([]);
  expect({ outOfTurn, tooLate, stranded }).toEqual({ outOfTurn: [], tooLate: [], stranded: 0 });
  await takeOver();
  await vi.waitFor(
    async () => {
      await work(true);
      await settleHeld();
      expect(await database.db.query("SELECT delivery_id, behind, held FROM queue LIMIT 3")).toEqual([]);
    },
    { timeout: 20_000, interval: 0 },
  );
}, 40_000);
