/** Who owns a partition: taking, wishing, giving away, and who is put out. */
import { newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  acquirePartitions,
  forgetDispatcher,
  heartbeat,
  lockRouting,
  openDatabase,
  readOwnership,
  registerDispatcher,
  releasePartitions,
  wishPartitions,
  type DispatcherProcess,
  type Queryable,
} from "./index.ts";
import { sqlFile } from "./sql-file.ts";
import { openTestDatabase, seedAccount, type TestDatabase } from "./testing/index.ts";

let database: TestDatabase;

beforeEach(async () => {
  database = await openTestDatabase();
  await seedAccount(database.db, { partitions: 3 });
});
afterEach(() => database[Symbol.asyncDispose]());

async function register(): Promise<DispatcherProcess> {
  const dispatcher = { id: newUuid(), host: "test", pid: process.pid, machine: "here" };
  await registerDispatcher(database.db, dispatcher);
  return dispatcher;
}

async function seen(partition: number) {
  const { partitions } = await readOwnership(database.db);
  return partitions.find((each) => each.partition === partition)!;
}

async function seenDispatcher(id: string) {
  const { dispatchers } = await readOwnership(database.db);
  return dispatchers.find((each) => each.id === id)!;
}

const at = (partition: number, epoch: number) => ({ partition, epoch });

test("a free partition is taken once, with a new epoch", async () => {
  const [a, b] = [await register(), await register()];
  const [first, second] = await Promise.all(
    [a, b].map(({ id }) => acquirePartitions(database.db, id, [at(0, 0)], [])),
  );
  expect([...first!.partitions, ...second!.partitions]).toEqual([
    { partition: 0, epoch: 1, clean: false, previousId: null },
  ]);
});

test("one that lives keeps its partitions, whatever is said of it", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0)], []);
  const before = await seenDispatcher(a.id);
  expect(await heartbeat(database.db, a.id)).toBe(true);
  const { partitions } = await acquirePartitions(database.db, b.id, [at(0, 1)], [before]);
  expect(partitions).toEqual([]);
  expect(await seen(0)).toMatchObject({ epoch: 1, ownerId: a.id });
  expect(await heartbeat(database.db, a.id)).toBe(true);
});

test("one that is put out hears of it from its next heartbeat, and its partitions are nobody's", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0), at(1, 0)], []);
  const { partitions } = await acquirePartitions(database.db, b.id, [at(0, 1)], [await seenDispatcher(a.id)]);
  expect(partitions).toEqual([{ partition: 0, epoch: 2, clean: false, previousId: a.id }]);
  expect(await heartbeat(database.db, a.id)).toBe(false);
  const rest = await acquirePartitions(database.db, b.id, [at(1, 1)], []);
  expect(rest.partitions).toMatchObject([{ partition: 1, epoch: 2 }]);
});

test("a partition that was given away clean is taken as clean, one that was not is not", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0), at(1, 0)], []);
  await releasePartitions(database.db, a.id, [
    { ...at(0, 1), clean: true },
    { ...at(1, 1), clean: false },
  ]);
  const { partitions } = await acquirePartitions(database.db, b.id, [at(0, 1), at(1, 1)], []);
  expect(partitions).toEqual([
    { partition: 0, epoch: 2, clean: true, previousId: null },
    { partition: 1, epoch: 2, clean: false, previousId: null },
  ]);
  // What was clean once says nothing about the next owner.
  await forgetDispatcher(database.db, b.id);
  const again = await acquirePartitions(database.db, a.id, [at(0, 2)], []);
  expect(again.partitions).toEqual([{ partition: 0, epoch: 3, clean: false, previousId: b.id }]);
});

test("what somebody else has taken meanwhile cannot be given away", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0)], []);
  await acquirePartitions(database.db, b.id, [at(0, 1)], [await seenDispatcher(a.id)]);
  await releasePartitions(database.db, a.id, [{ ...at(0, 1), clean: true }]);
  expect(await seen(0)).toMatchObject({ epoch: 2, ownerId: b.id });
});

test("a partition whose row is locked is left for later, and holds up no other", async () => {
  const a = await register();
  const frozen = openDatabase({ url: database.url, applicationName: "frozen", maxConnections: 1 });
  await frozen.transaction(async (tx) => {
    await tx.query("SELECT FROM partition_owner WHERE partition = 1 FOR KEY SHARE");
    const { partitions } = await acquirePartitions(database.db, a.id, [at(0, 0), at(1, 0)], []);
    expect(partitions.map((each) => each.partition)).toEqual([0]);
  });
  await frozen.close();
  const { partitions } = await acquirePartitions(database.db, a.id, [at(1, 0)], []);
  expect(partitions.map((each) => each.partition)).toEqual([1]);
});

test("a wish waits for nobody who works, and nobody for it, in whatever order they come", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0), at(1, 0), at(2, 0)], []);
  const hold = (tx: Queryable, partition: number) =>
    lockRouting(tx, { dispatcherId: a.id, held: [at(partition, 1)], partitions: [], accountIds: [] });
  const wished = Promise.withResolvers<void>();
  const working = database.db.transaction(async (tx) => {
    await hold(tx, 2);
    await wished.promise;
    return [await hold(tx, 0), await hold(tx, 1)];
  });
  const startedAt = performance.now();
  const wish = wishPartitions(database.db, b.id, { given: [0, 1, 2], wanted: [0, 1, 2] });
  // It would have all three locked but one, and wait for that while the other waits for it.
  await Promise.race([wish, new Promise((resolve) => setTimeout(resolve, 300))]);
  wished.resolve();
  expect((await working).map((each) => each.owned.size)).toEqual([1, 1]);
  await wish;
  expect(performance.now() - startedAt).toBeLessThan(900);
  expect(await seen(2)).toMatchObject({ ownerId: a.id, wantedBy: b.id });
});

test("while its owner works on a partition nobody takes it and it is not given away, wished for meanwhile or not", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0)], []);
  let giving: Promise<unknown> | undefined;
  await database.db.transaction(async (tx) => {
    await lockRouting(tx, { dispatcherId: a.id, held: [at(0, 1)], partitions: [], accountIds: [] });
    await wishPartitions(database.db, b.id, { given: [0], wanted: [0] });
    giving = releasePartitions(database.db, a.id, [{ ...at(0, 1), clean: true }]);
    await forgetDispatcher(database.db, a.id);
    const { partitions } = await acquirePartitions(database.db, b.id, [at(0, 1)], []);
    expect(partitions).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await seen(0)).toMatchObject({ ownerId: a.id });
  });
  await giving;
  expect(await seen(0)).toMatchObject({ ownerId: null, wantedBy: b.id });
});

test("who comes while a partition is being taken waits, and finds that it is not its own any more", async () => {
  const [a, b] = [await register(), await register()];
  await acquirePartitions(database.db, a.id, [at(0, 0)], []);
  await forgetDispatcher(database.db, a.id);
  const taken = Promise.withResolvers<void>();
  const committed = Promise.withResolvers<void>();
  const taking = database.db.transaction(async (tx) => {
    await tx.query(sqlFile("acquire-partitions"), [b.id, [0], [1]]);
    taken.resolve();
    await committed.promise;
  });
  await taken.promise;
  const working = database.db.transaction((tx) =>
    lockRouting(tx, { dispatcherId: a.id, held: [at(0, 1)], partitions: [], accountIds: [] }),
  );
  const first = await Promise.race([
    working.then(() => "worked"),
    new Promise((resolve) => setTimeout(resolve, 100, "waits")),
  ]);
  expect(first).toBe("waits");
  committed.resolve();
  await taking;
  expect((await working).owned.size).toBe(0);
});

test("the bus's newest word is the wish; without one only what nobody alive wants is wished for", async () => {
  const [a, b] = [await register(), await register()];
  const wishes = async () => {
    const { partitions } = await readOwnership(database.db);
    return partitions.map(({ wantedBy }) => (wantedBy === a.id ? "a" : wantedBy === b.id ? "b" : wantedBy));
  };
  await wishPartitions(database.db, a.id, { given: [0, 1], wanted: [0, 1] });
  await wishPartitions(database.db, b.id, { given: [1], wanted: [1, 2] });
  expect(await wishes()).toEqual(["a", "b", "b"]);
  // It does not know yet that 1 was given to another one.
  await wishPartitions(database.db, a.id, { given: [], wanted: [0, 1] });
  expect(await wishes()).toEqual(["a", "b", "b"]);
  await wishPartitions(database.db, b.id, { given: [], wanted: [1] });
  expect(await wishes()).toEqual(["a", "b", null]);
  await forgetDispatcher(database.db, b.id);
  await wishPartitions(database.db, a.id, { given: [], wanted: [0, 1] });
  expect(await wishes()).toEqual(["a", "a", null]);
});
