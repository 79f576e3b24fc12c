/** The two updates that every delivery goes through must not touch an index: that is most of what a delivery costs. */
import { deliveryIdOf, newUuid } from "@stellwerk/delivery";
import { expect, test } from "vitest";
import {
  claimDueDeliveries,
  insertRoutedEvents,
  keepHeard,
  openDatabase,
  recordOutcomes,
  takePartitions,
} from "./index.ts";
import type { Database } from "./index.ts";
import { openTestDatabase, seedAccount } from "./testing/index.ts";

const BATCHES = 5;
const PER_BATCH = 200;
const PARTITION = 1;

test("claims and outcomes are heap-only updates", async () => {
  await using database = await openTestDatabase();
  const seed = await seedAccount(database.db);
  const subscriptionId = seed.subscriptionIds[0]!;
  // One connection, whose statistics can be asked for when it is done.
  const db = openDatabase({ url: database.url, applicationName: "test", maxConnections: 1 });
  const dispatcher = { id: newUuid(), host: "test", pid: 1 };
  const { partitions } = await takePartitions(db, dispatcher);
  const { epoch } = partitions.find((each) => each.partition === PARTITION)!;

  for (let batch = 0; batch < BATCHES; batch++) {
    const events = Array.from({ length: PER_BATCH }, () => ({
      id: newUuid(),
      accountId: seed.accountId,
      sourceId: seed.sourceId,
      type: "x",
      subject: "website/1",
      time: new Date(),
      receivedAt: new Date(),
      contentType: "application/json",
      title: null,
      domain: null,
      revision: 1,
      traceparent: null,
      body: Buffer.from("{}"),
    }));
    const deliveries = events.map((event, index) => ({
      id: deliveryIdOf(event.id, subscriptionId),
      accountId: seed.accountId,
      eventId: event.id,
      subscriptionId,
      subscriptionVersion: 1,
      connectionId: seed.connectionId,
      partition: PARTITION,
      seq: batch * PER_BATCH + index,
      claimedEpoch: null,
    }));
    await insertRoutedEvents(db, events, deliveries, []);
    await claimDueDeliveries(db, dispatcher.id, [
      { partition: PARTITION, epoch, subscriptionId, room: PER_BATCH, bodyRoom: 1_000_000 },
    ]);
    const outcomes = deliveries.map(({ id }) => ({
      deliveryId: id,
      partition: PARTITION,
      epoch,
      state: "delivered" as const,
      held: false,
      retryInMs: 0,
      attempts: 1,
      possiblySent: false,
      reason: null,
      detail: "200 OK in 35 ms",
      attempt: null,
    }));
    expect(await recordOutcomes(db, dispatcher.id, outcomes)).toHaveProperty("size", PER_BATCH);
  }

  const [queue, delivery] = await Promise.all([updatesOf(db, "queue"), updatesOf(db, "delivery")]);
  await db.close();
  expect(queue.updates).toBe(BATCHES * PER_BATCH);
  expect(delivery.updates).toBe(BATCHES * PER_BATCH);
  expect(delivery.heapOnly / delivery.updates).toBeGreaterThan(0.95);
  expect(queue.heapOnly / queue.updates).toBeGreaterThan(0.95);
});

test("what is heard of subjects and sources is heap-only updates", async () => {
  await using database = await openTestDatabase();
  const { accountId, sourceId } = await seedAccount(database.db);
  const db = openDatabase({ url: database.url, applicationName: "test", maxConnections: 1 });
  // All of them in turn, some at a time: what is next to each other in a page is not heard of at once.
  const ROUNDS = 10;
  const APART = 5;
  for (let turn = 0; turn < ROUNDS * APART; turn++) {
    const subjects = Array.from({ length: PER_BATCH / APART }, (_, n) => {
      const eventId = newUuid();
      const subject = {
        accountId,
        subject: `website/${n * APART + (turn % APART)}`,
        partition: PARTITION,
        eventId,
      };
      const status = { text: `s${turn}`, key: `s${turn}` };
      return { ...subject, shown: undefined, changes: [{ id: eventId, status, was: status }] };
    });
    const sources = [{ accountId, sourceId, partition: PARTITION, events: subjects.length }];
    await keepHeard(db, { subjects, gaps: [], sources });
  }
  const [subject, activity] = await Promise.all([updatesOf(db, "subject"), updatesOf(db, "source_activity")]);
  await db.close();
  expect([subject.updates, activity.updates]).toEqual([(ROUNDS - 1) * PER_BATCH, ROUNDS * APART - 1]);
  expect(activity.heapOnly).toBe(activity.updates);
  // A row that grows leaves its page now and then.
  expect(subject.heapOnly / subject.updates).toBeGreaterThan(0.8);
});

/** Of the table or, when it has some, of all its partitions. */
async function updatesOf(db: Database, table: string): Promise<{ updates: number; heapOnly: number }> {
  await db.query("SELECT pg_stat_force_next_flush()");
  const [row] = await db.query<{ updates: number; heapOnly: number }>(
    `SELECT sum(n_tup_upd)::int AS updates, sum(n_tup_hot_upd)::int AS "heapOnly"
     FROM pg_stat_user_tables
     WHERE relid = $1::regclass OR relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::regclass)`,
    [table],
  );
  return row!;
}
