/** What is consumed or expired is dropped whole, and neither writers nor readers notice. */
import { setTimeout as pause } from "node:timers/promises";
import { openDatabase } from "@stellwerk/store";
import { openTestDatabase } from "@stellwerk/store/testing";
import { pino } from "pino";
import { expect, test } from "vitest";
import { BusSchemaTooNewError } from "../errors.ts";
import { read, sequence, until } from "../testing/reading.ts";
import { createPostgresBus } from "./postgres-bus.ts";
import type { PostgresBusOptions } from "./postgres-bus.ts";

const log = pino({ level: "silent" });
const topic = "topic";
const DAY_MS = 24 * 3_600_000;

async function openScene(options: Partial<PostgresBusOptions> = {}, retentionMs = DAY_MS) {
  const database = await openTestDatabase();
  const bus = createPostgresBus({
    url: database.url,
    applicationName: "bus test",
    log,
    segmentBytes: 256 * 1024,
    housekeepingMs: 50,
    ...options,
  });
  await bus.ensureTopics([{ name: topic, partitions: 4, retentionMs }]);
  const tables = () =>
    database.db.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname LIKE 'record\\_%' ORDER BY oid",
    );
  return {
    ...database,
    bus,
    tables,
    publish: (values: readonly string[]) =>
      bus.publish(
        values.map((value, n) => ({
          topic,
          key: `key-${n}`,
          value: Buffer.from(value.padEnd(2_000)),
          headers: {},
        })),
      ),
    async [Symbol.asyncDispose]() {
      await bus.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

test("segments open and close under load without a rejected publish or a missed record, and consumed ones are dropped", async () => {
  await using scene = await openScene();
  const { bus, tables, publish } = scene;
  const reader = await read(bus, topic);
  const first = (await tables())[0];
  for (const n of sequence(60)) {
    await Promise.all(sequence(4).map((m) => publish(sequence(10).map((each) => `${n}/${m}/${each}`))));
  }
  await reader.until(2_400);
  expect(reader.records).toHaveLength(2_400);
  // The open segment of the topic, one that is about to be dropped or opened, and that of the dead topic.
  await expect.poll(async () => (await tables()).length, { timeout: 5_000 }).toBeLessThanOrEqual(4);
  expect(await tables()).not.toContainEqual(first);
});

test("a group that lags behind keeps its segments and reads through all of them", async () => {
  await using scene = await openScene();
  const { bus, tables, publish } = scene;
  const quick = await read(bus, topic, { group: "quick" });
  let blocked = true;
  const slow = await read(bus, topic, {
    group: "slow",
    maxBatchRecords: 25,
    retryPauseMs: 10,
    onBatch: () => (blocked ? Promise.reject(new Error("not yet")) : Promise.resolve()),
  });
  for (const n of sequence(30)) {
    await publish(sequence(40).map((each) => `${n}/${each}`));
    await pause(10);
  }
  await quick.until(1_200);
  await until(() => quick.records.length === 1_200);
  await expect.poll(async () => (await tables()).length).toBeGreaterThan(4);
  blocked = false;
  await until(() => slow.records.length === 1_200);
  for (const partition of sequence(4)) {
    const offsets = slow.records.filter((each) => each.partition === partition).map((each) => each.offset);
    expect(offsets).toEqual(sequence(offsets.length).map(BigInt));
  }
});

test("what is older than the retention goes, read or not, and its reader continues with what is left", async () => {
  await using scene = await openScene({}, 1_500);
  const { bus, tables, publish } = scene;
  const first = (await tables())[0];
  let blocked = true;
  const reader = await read(bus, topic, {
    maxBatchRecords: 1,
    retryPauseMs: 10,
    onBatch: () => (blocked ? Promise.reject(new Error("not yet")) : Promise.resolve()),
  });
  await publish(sequence(40).map((n) => `old ${n}`));
  await expect.poll(tables, { timeout: 10_000 }).not.toContainEqual(first);
  await publish(sequence(8).map((n) => `new ${n}`));
  blocked = false;
  await until(() => reader.values().filter((value) => value.startsWith("new")).length === 8);
  // Only the batches in hand were left of the old ones.
  expect(reader.records.length).toBeLessThanOrEqual(12);
});

test("a publisher never waits long for a segment to be dropped while a reader holds on to it", async () => {
  await using scene = await openScene();
  const { db, bus, tables, publish } = scene;
  const reader = await read(bus, topic);
  const [first] = await tables();
  const holder = openDatabase({ url: scene.url, applicationName: "slow reader", maxConnections: 1 });
  try {
    await holder.transaction(async (tx) => {
      await tx.query("SET LOCAL idle_in_transaction_session_timeout = 0");
      await tx.query(`SELECT count(*) FROM bus.${first?.name}`);
      let slowestMs = 0;
      for (const n of sequence(40)) {
        const beganAt = performance.now();
        await publish(sequence(40).map((each) => `${n}/${each}`));
        slowestMs = Math.max(slowestMs, performance.now() - beganAt);
        await pause(10);
      }
      expect(slowestMs).toBeLessThan(1_000);
      expect(await tables()).toContainEqual(first);
    });
    await reader.until(1_600);
    await expect.poll(tables, { timeout: 5_000 }).not.toContainEqual(first);
    expect(
      await db.query("SELECT FROM bus.segment WHERE starts IS NOT NULL AND closed_at IS NULL"),
    ).toHaveLength(2);
  } finally {
    await holder.close();
  }
});

test("tables of a newer version are refused with both versions", async () => {
  await using scene = await openScene();
  await scene.db.query("UPDATE bus.version SET version = 99");
  const refused = scene.bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: DAY_MS }]);
  await expect(refused).rejects.toThrow(BusSchemaTooNewError);
  await expect(refused).rejects.toThrow(/have version 99, this program knows 2/);
});

test("publishers that write to many partitions in any order never deadlock", async () => {
  await using scene = await openScene();
  const others = sequence(3).map(() =>
    createPostgresBus({ url: scene.url, applicationName: "bus test", log }),
  );
  try {
    await Promise.all(
      others.map((bus) => bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: DAY_MS }])),
    );
    const buses = [scene.bus, ...others];
    await Promise.all(
      buses.map(async (bus, index) => {
        for (const n of sequence(60)) {
          const keys = sequence(8).map((each) => `key-${(each * (index + 1) + n) % 8}`);
          await bus.publish(keys.map((key) => ({ topic, key, value: Buffer.from("value"), headers: {} })));
        }
      }),
    );
    const [row] = await scene.db.query<{ deadlocks: number }>(
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    );
    expect(row?.deadlocks).toBe(0);
  } finally {
    await Promise.all(others.map((bus) => bus.close()));
  }
});

test("one publish is one transaction, however many records and partitions", async () => {
  await using scene = await openScene({ housekeepingMs: 60_000 });
  const commits = async () => {
    await scene.db.query("SELECT pg_stat_force_next_flush()");
    const [row] = await scene.db.query<{ xid: string }>(
      "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid",
    );
    return Number(row?.xid);
  };
  await scene.publish(["warm"]);
  const before = await commits();
  for (let n = 0; n < 10; n++) await scene.publish(sequence(40).map(String));
  expect((await commits()) - before).toBe(10);
});
