/** A source's silence is told from its habit. Time is stepped in its row. */
import { newUuid } from "@stellwerk/delivery";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findSource, keepHeard, tellOfSilentSources, type SilentSource } from "./index.ts";
import { openTestDatabase, seedAccount, type Seed, type TestDatabase } from "./testing/index.ts";

let database: TestDatabase;
let seed: Seed;
beforeEach(async () => {
  database = await openTestDatabase();
  seed = await seedAccount(database.db);
});
afterEach(() => database[Symbol.asyncDispose]());

const HOUR_MS = 3_600_000;

async function speak(): Promise<void> {
  const { accountId, sourceId } = seed;
  const sources = [{ accountId, sourceId, partition: 1, events: 1 }];
  await keepHeard(database.db, { subjects: [], gaps: [], sources });
}

/** As if so many hours had passed since the last event. */
async function pass(hours: number): Promise<void> {
  await database.db.query(
    `UPDATE source_activity
     SET last_event_at = last_event_at - $1 * interval '1 hour', silent_since = silent_since - $1 * interval '1 hour'`,
    [hours],
  );
}

async function speakDaily(days: number): Promise<void> {
  for (let day = 0; day < days; day++) {
    if (day > 0) await pass(24);
    await speak();
  }
}

const told: SilentSource[] = [];
beforeEach(() => void told.splice(0));

function judge(): Promise<number> {
  return tellOfSilentSources(database.db, (silent) => {
    told.push(silent);
    const { accountId, partition } = silent;
    return { id: newUuid(), accountId, partition, type: "x", subject: null, data: {} };
  });
}

const source = () => findSource(database.db, seed.accountId, seed.sourceId);
const outbox = () => database.db.query("SELECT partition FROM operations_outbox");

test("a source that used to speak and is silent for long is told of once, until it speaks again", async () => {
  expect(await source()).toMatchObject({ lastEventAt: null, silentSince: null });
  await speakDaily(4);
  await pass(71);
  expect(await judge()).toBe(0);
  await pass(2);
  expect(await judge()).toBe(1);
  expect(await judge()).toBe(0);
  expect(told).toMatchObject([{ name: "Sitejet", kind: "sitejet", partition: 1 }]);
  expect(Math.round(told[0]!.longestGapMs / HOUR_MS)).toBe(24);
  expect(await outbox()).toEqual([{ partition: 1 }]);
  const silent = (await source())!;
  expect(silent.silentSince).toEqual(silent.lastEventAt);

  await speak();
  expect(await source()).toMatchObject({ silentSince: null });
  // The silence is no habit: the next one is told as soon.
  await pass(73);
  expect(await judge()).toBe(1);
});

test("who often rests for long is given twice as long", async () => {
  await speakDaily(3);
  await pass(60);
  await speak();
  await pass(110);
  expect(await judge()).toBe(0);
  await pass(11);
  expect(await judge()).toBe(1);
});

test("one that spoke on two days only, that was deleted, or that is there to play with has no habit", async () => {
  await speakDaily(2);
  await pass(1_000);
  expect(await judge()).toBe(0);
  await speakDaily(4);
  await pass(5_000);
  await database.db.query("UPDATE source SET kind = 'sandbox'");
  expect(await judge()).toBe(0);
  await database.db.query("UPDATE source SET kind = 'sitejet', deleted_at = now()");
  expect(await judge()).toBe(0);
  await database.db.query("UPDATE source SET deleted_at = NULL");
  expect(await judge()).toBe(1);
});

test("several that judge at once tell it once, and not at all when the telling is not written", async () => {
  await speakDaily(4);
  await pass(100);
  await expect(
    tellOfSilentSources(database.db, () => {
      throw new Error("no");
    }),
  ).rejects.toThrow("no");
  expect(await source()).toMatchObject({ silentSince: null });
  const counts = await Promise.all([judge(), judge(), judge(), judge()]);
  expect(counts.reduce((sum, each) => sum + each, 0)).toBe(1);
  expect(await outbox()).toHaveLength(1);
});
