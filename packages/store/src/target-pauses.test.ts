/** Pauses, operations events, health and catch-up: what a dispatcher keeps besides outcomes. */
import { deliveryIdOf, newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  deleteOperations,
  expireDeliveries,
  finishCatchUp,
  insertRoutedEvents,
  keepTargetHealth,
  listOperations,
  loadConfiguration,
  loadTargetHealth,
  pauseTarget,
  skipBacklog,
  takePartitions,
  type TargetPause,
} from "./index.ts";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "./testing/index.ts";

const PARTITION = 1;

let database: TestDatabase;
let seed: Seed;
let subscriptionId: string;

beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
  [subscriptionId] = seed.subscriptionIds as [string];
});
afterEach(() => database[Symbol.asyncDispose]());

async function startDispatcher() {
  const id = newUuid();
  const { partitions } = await takePartitions(database.db, { id, host: "test", pid: 1 });
  return { id, epoch: partitions.find((each) => each.partition === PARTITION)!.epoch };
}

function operation(type = "stellwerk.subscription_stopped") {
  return {
    id: newUuid(),
    accountId: seed.accountId,
    partition: PARTITION,
    type,
    subject: null,
    data: { event: type },
  };
}

function pause(dispatcher: { epoch: number }, change: Partial<TargetPause> = {}): TargetPause {
  return {
    partition: PARTITION,
    epoch: dispatcher.epoch,
    accountId: seed.accountId,
    of: "subscription",
    id: subscriptionId,
    version: 1,
    reason: "gone",
    detail: "The receiver answered 410",
    operations: [operation()],
    ...change,
  };
}

/** Waiting deliveries, one a subject, oldest first. */
async function wait(...subjects: (string | null)[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, subject] of subjects.entries()) {
    const event = {
      id: newUuid(),
      accountId: seed.accountId,
      sourceId: seed.sourceId,
      type: "x",
      subject,
      time: new Date(),
      receivedAt: new Date(),
      contentType: "application/json",
      title: null,
      domain: null,
      revision: 2,
      traceparent: null,
      body: Buffer.from("{}"),
    };
    const id = deliveryIdOf(event.id, subscriptionId);
    const { accountId, connectionId } = seed;
    const delivery = {
      id,
      accountId,
      eventId: event.id,
      subscriptionId,
      subscriptionVersion: 1,
      connectionId,
      partition: PARTITION,
      seq: index + 1,
      claimedEpoch: null,
    };
    await insertRoutedEvents(database.db, [event], [delivery], []);
    ids.push(id);
  }
  return ids;
}

async function waiting(): Promise<string[]> {
  const rows = await database.db.query<{ delivery_id: string }>("SELECT delivery_id FROM queue ORDER BY seq");
  return rows.map((row) => row.delivery_id);
}

async function subscriptionNow() {
  const [configuration] = await loadConfiguration(database.db, [seed.accountId]);
  return { revision: configuration!.revision, ...configuration!.subscriptions[0]! };
}

test("a pause is told in the transaction that makes it, and raises the revision", async () => {
  const dispatcher = await startDispatcher();
  const before = await subscriptionNow();
  expect(await pauseTarget(database.db, dispatcher.id, pause(dispatcher))).toBe(true);
  const after = await subscriptionNow();
  expect(after).toMatchObject({ pausedReason: "gone", version: before.version });
  expect(after.revision).toBeGreaterThan(before.revision);
  expect(await listOperations(database.db, [PARTITION], 10)).toMatchObject([
    { type: "stellwerk.subscription_stopped", data: { event: "stellwerk.subscription_stopped" } },
  ]);
});

test("what is paused already keeps its reason, and nothing is told twice", async () => {
  const dispatcher = await startDispatcher();
  await pauseTarget(database.db, dispatcher.id, pause(dispatcher));
  const again = pause(dispatcher, { reason: "failing", operations: [operation()] });
  expect(await pauseTarget(database.db, dispatcher.id, again)).toBe(false);
  expect(await subscriptionNow()).toMatchObject({ pausedReason: "gone" });
  expect(await listOperations(database.db, [PARTITION], 10)).toHaveLength(1);
});

test("a version that somebody mended meanwhile is not paused", async () => {
  const dispatcher = await startDispatcher();
  await database.db.query("UPDATE subscription SET version = 2");
  expect(await pauseTarget(database.db, dispatcher.id, pause(dispatcher))).toBe(false);
  expect(await listOperations(database.db, [PARTITION], 10)).toEqual([]);
});

test("a dispatcher that lost the partition pauses nothing", async () => {
  const frozen = await startDispatcher();
  await startDispatcher();
  expect(await pauseTarget(database.db, frozen.id, pause(frozen))).toBe(false);
});

test("a connection is paused with its reason", async () => {
  const dispatcher = await startDispatcher();
  const change = { of: "connection", id: seed.connectionId, reason: "auth" } as const;
  expect(await pauseTarget(database.db, dispatcher.id, pause(dispatcher, change))).toBe(true);
  const [configuration] = await loadConfiguration(database.db, [seed.accountId]);
  expect(configuration!.connections[0]).toMatchObject({ pausedReason: "auth" });
});

test("operations events wait in order until they are deleted", async () => {
  const dispatcher = await startDispatcher();
  const [first, second] = [operation("a"), operation("b")];
  await pauseTarget(database.db, dispatcher.id, pause(dispatcher, { operations: [first, second] }));
  expect(await listOperations(database.db, [PARTITION + 1], 10)).toEqual([]);
  expect((await listOperations(database.db, [PARTITION], 10)).map((each) => each.type)).toEqual(["a", "b"]);
  await deleteOperations(database.db, [first.id]);
  expect((await listOperations(database.db, [PARTITION], 10)).map((each) => each.type)).toEqual(["b"]);
});

test("the health of a failing target is kept, changed and forgotten, by its owner alone", async () => {
  const dispatcher = await startDispatcher();
  const health = { subscriptionId, accountId: seed.accountId, partition: PARTITION, epoch: dispatcher.epoch };
  const failing = {
    breaker: "open",
    failingSince: new Date(),
    openedAt: new Date(),
    probeAt: new Date(),
    reason: "timeout",
    snapshot: { probes: 1 },
  } as const;
  const kept = () => loadTargetHealth(database.db, [PARTITION]);
  await keepTargetHealth(database.db, dispatcher.id, [{ ...health, epoch: health.epoch - 1, failing }]);
  expect(await kept()).toEqual([]);
  await keepTargetHealth(database.db, dispatcher.id, [{ ...health, failing }]);
  await keepTargetHealth(database.db, dispatcher.id, [
    { ...health, failing: { ...failing, reason: null, snapshot: { probes: 2 } } },
  ]);
  expect(await kept()).toMatchObject([{ subscriptionId, snapshot: { probes: 2 } }]);
  expect(await database.db.query("SELECT reason FROM target_health")).toEqual([{ reason: "timeout" }]);
  await keepTargetHealth(database.db, dispatcher.id, [{ ...health, failing: null }]);
  expect(await kept()).toEqual([]);
});

const SKIP = { reason: "superseded", detail: "A newer one replaces it", isStopped: () => false };

function lane(dispatcher: { epoch: number }) {
  return { partition: PARTITION, epoch: dispatcher.epoch, accountId: seed.accountId, subscriptionId };
}

test("latest per subject keeps the newest of each website, and what is about none", async () => {
  const dispatcher = await startDispatcher();
  const [, , b1, none, a3] = await wait("website/a", "website/a", "website/b", null, "website/a");
  const options = { ...SKIP, before: new Date(Date.now() + 1_000), keepLatest: true };
  expect(await skipBacklog(database.db, dispatcher.id, lane(dispatcher), options)).toBe(2);
  expect(await waiting()).toEqual([b1, none, a3]);
  expect(await database.db.query("SELECT state, reason FROM delivery WHERE state IS NOT NULL")).toEqual([
    { state: "skipped", reason: "superseded" },
    { state: "skipped", reason: "superseded" },
  ]);
  expect(await database.db.query("SELECT state FROM undelivered")).toEqual([
    { state: "skipped" },
    { state: "skipped" },
  ]);
});

test("none skips what waited at the resume, and nothing that came after it", async () => {
  const dispatcher = await startDispatcher();
  await wait("website/a", "website/b");
  const [{ now }] = (await database.db.query("SELECT clock_timestamp() AS now")) as [{ now: Date }];
  await new Promise((resolve) => setTimeout(resolve, 5));
  const [later] = await wait("website/a");
  const options = { ...SKIP, before: new Date(now.getTime() + 1), keepLatest: false };
  expect(await skipBacklog(database.db, dispatcher.id, lane(dispatcher), options)).toBe(2);
  expect(await waiting()).toEqual([later]);
});

test("a dispatcher that lost the partition skips nothing", async () => {
  const frozen = await startDispatcher();
  await wait("website/a");
  await startDispatcher();
  const options = { ...SKIP, before: new Date(Date.now() + 1_000), keepLatest: false };
  expect(await skipBacklog(database.db, frozen.id, lane(frozen), options)).toBe(0);
  expect(await waiting()).toHaveLength(1);
});

test("a catch-up ends for the resume that began it, not for a later one", async () => {
  const dispatcher = await startDispatcher();
  await database.db.query("UPDATE subscription SET catch_up = 'all', catch_up_before = now()");
  const { catchUp } = await subscriptionNow();
  await finishCatchUp(database.db, dispatcher.id, lane(dispatcher), new Date(catchUp!.before.getTime() - 1));
  expect((await subscriptionNow()).catchUp).toEqual(catchUp);
  await finishCatchUp(database.db, dispatcher.id, lane(dispatcher), catchUp!.before);
  expect((await subscriptionNow()).catchUp).toBeNull();
});

test("what waited for its whole retention ends as expired, told once a subscription", async () => {
  await startDispatcher();
  const ids = await wait("website/a", "website/b");
  const tell = () => operation("stellwerk.delivery_expired");
  expect(await expireDeliveries(database.db, { before: new Date(Date.now() - 60_000), tell })).toBe(0);
  expect(await expireDeliveries(database.db, { before: new Date(Date.now() + 60_000), tell })).toBe(2);
  expect(await waiting()).toEqual([]);
  expect(await database.db.query("SELECT id, state FROM delivery ORDER BY id")).toEqual(
    ids.map((id) => ({ id, state: "expired" })),
  );
  expect(await listOperations(database.db, [PARTITION], 10)).toHaveLength(1);
});

test("what ends while it is in doubt says that it may have arrived", async () => {
  const dispatcher = await startDispatcher();
  const ends = [
    () =>
      expireDeliveries(database.db, {
        before: new Date(Date.now() + 60_000),
        tell: () => operation("stellwerk.delivery_expired"),
      }),
    () =>
      skipBacklog(database.db, dispatcher.id, lane(dispatcher), {
        ...SKIP,
        before: new Date(Date.now() + 60_000),
        keepLatest: false,
      }),
  ];
  for (const end of ends) {
    const [doubtful, other] = await wait("website/a", "website/b");
    await database.db.query("UPDATE queue SET started_at = now() WHERE delivery_id = $1", [doubtful]);
    expect(await end()).toBe(2);
    const rows = await database.db.query<{ id: string; possibly_sent: boolean }>(
      "SELECT id, possibly_sent FROM delivery WHERE id = ANY ($1)",
      [[doubtful, other]],
    );
    expect(new Map(rows.map((row) => [row.id, row.possibly_sent]))).toEqual(
      new Map([
        [doubtful, true],
        [other, false],
      ]),
    );
  }
});

test("alerts that expire are told to nobody: no alert causes the next one", async () => {
  await startDispatcher();
  await wait("website/a", "website/b");
  await database.db.query("UPDATE event SET type = 'stellwerk.delivery_exhausted'");
  const tell = () => operation("stellwerk.delivery_expired");
  expect(await expireDeliveries(database.db, { before: new Date(Date.now() + 60_000), tell })).toBe(2);
  expect(await waiting()).toEqual([]);
  expect(await listOperations(database.db, [PARTITION], 10)).toEqual([]);
});
