import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dropExpiredTablePartitions, ensureTablePartitions } from "./index.ts";
import type { Database } from "./index.ts";
import { firstIdAt } from "./page.ts";
import { openTestDatabase } from "./testing/index.ts";
import type { TestDatabase } from "./testing/index.ts";

const MINUTE_MS = 60_000;
/** A Wednesday far from today's weeks, which every test database has. */
const WEDNESDAY = new Date("2031-03-05T12:00:00Z");
const ACCOUNT = "01920000-0000-7000-8000-00000000000a";

let database: TestDatabase;
let db: Database;

beforeEach(async () => {
  database = await openTestDatabase();
  db = database.db;
});
afterEach(() => database[Symbol.asyncDispose]());

function idAt(time: string | Date): string {
  return (
    firstIdAt(new Date(time)).slice(0, 14) +
    `7${randomBytes(8).toString("hex").slice(0, 3)}-8000-${randomBytes(6).toString("hex")}`
  );
}

async function insertDelivery(id: string): Promise<void> {
  await db.query(
    `INSERT INTO delivery (id, account_id, event_id, subscription_id, subscription_version, connection_id, key)
     VALUES ($1, $2, $1, $2, 1, $2, $1)`,
    [id, ACCOUNT],
  );
}

async function tableOf(id: string): Promise<string | undefined> {
  const [row] = await db.query<{ name: string }>(
    "SELECT tableoid::regclass::text AS name FROM delivery WHERE id = $1",
    [id],
  );
  return row?.name;
}

test("makes the current week and those ahead for each big table, once", async () => {
  const made = await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 2 });
  expect(made).toEqual(
    ["event", "delivery", "attempt"].flatMap((table) => [
      `${table}_20310303`,
      `${table}_20310310`,
      `${table}_20310317`,
    ]),
  );
  expect(await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 2 })).toEqual([]);
});

test("a migrated database has its first weeks at once", async () => {
  expect(await ensureTablePartitions(db, { now: new Date() })).toEqual([]);
  const id = idAt(new Date());
  await insertDelivery(id);
  expect(await tableOf(id)).toMatch(/^delivery_\d{8}$/);
});

test("a week begins on Monday at midnight, to the millisecond", async () => {
  await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 1 });
  const expected = {
    "2031-03-03T00:00:00.000Z": "delivery_20310303",
    "2031-03-09T23:59:59.999Z": "delivery_20310303",
    "2031-03-10T00:00:00.000Z": "delivery_20310310",
    "2031-03-02T23:59:59.999Z": "delivery_default",
    "2031-03-17T00:00:00.000Z": "delivery_default",
  };
  const found: Record<string, string | undefined> = {};
  for (const time of Object.keys(expected)) {
    const id = idAt(time);
    await insertDelivery(id);
    found[time] = await tableOf(id);
  }
  expect(found).toEqual(expected);
});

test("processes that make them at the same time do not disturb each other or writers", async () => {
  const writing = Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      insertDelivery(idAt(new Date(WEDNESDAY.getTime() + n * MINUTE_MS))),
    ),
  );
  const made = await Promise.all(
    [1, 2, 3].map(() => ensureTablePartitions(db, { now: new Date("2031-04-02"), weeksAhead: 1 })),
  );
  await writing;
  expect(made.flat().toSorted((a, b) => a.localeCompare(b))).toEqual([
    "attempt_20310331",
    "attempt_20310407",
    "delivery_20310331",
    "delivery_20310407",
    "event_20310331",
    "event_20310407",
  ]);
});

test("a week has the storage options and the indexes of the default partition", async () => {
  await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 0 });
  const [options] = await db.query<{ same: boolean; week: string[] }>(
    `SELECT w.reloptions AS week, w.reloptions = d.reloptions AS same FROM pg_class w, pg_class d
     WHERE w.relname = 'delivery_20310303' AND d.relname = 'delivery_default'`,
  );
  expect(options).toEqual({ same: true, week: ["fillfactor=45"] });
  const detached = await db.query(
    `SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid IN ('event_20310303'::regclass, 'delivery_20310303'::regclass, 'attempt_20310303'::regclass)
       AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)`,
  );
  expect(detached).toEqual([]);
});

test("rows that came before their week was made stay where they are and are not lost", async () => {
  const early = idAt(WEDNESDAY);
  await insertDelivery(early);
  const made = await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 1 });
  expect(made).not.toContain("delivery_20310303");
  expect(made).toContain("delivery_20310310");
  expect(await tableOf(early)).toBe("delivery_default");
});

test("drops the weeks that ended before, and what is older in the default partition", async () => {
  await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 1 });
  const kept = idAt("2031-03-11");
  const late = idAt("2040-01-01");
  const ended = idAt("2031-03-04");
  const unplaced = idAt("2009-01-01");
  for (const id of [kept, late, ended, unplaced]) await insertDelivery(id);
  for (const id of [kept, ended]) {
    await db.query("INSERT INTO undelivered VALUES ($1, $2, 'dead')", [id, ACCOUNT]);
  }
  const dropped = await dropExpiredTablePartitions(db, { before: new Date("2031-03-10T00:00:00Z") });
  expect(dropped).toEqual(
    expect.arrayContaining(["event_20310303", "delivery_20310303", "attempt_20310303"]),
  );
  expect(dropped).not.toContain("delivery_20310310");
  expect(dropped).not.toContain("delivery_default");
  expect(await db.query("SELECT id FROM delivery ORDER BY id")).toEqual([{ id: kept }, { id: late }]);
  expect(await db.query("SELECT delivery_id FROM undelivered")).toEqual([{ delivery_id: kept }]);
});

test("a week that is not over is kept whole", async () => {
  await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 0 });
  const old = idAt("2031-03-03");
  await insertDelivery(old);
  const dropped = await dropExpiredTablePartitions(db, { before: WEDNESDAY });
  expect(dropped).not.toContain("delivery_20310303");
  expect(await tableOf(old)).toBe("delivery_20310303");
});

test("a reader that takes its time makes dropping give up and try again, not everybody wait", async () => {
  await ensureTablePartitions(db, { now: WEDNESDAY, weeksAhead: 0 });
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: reading, resolve: started } = Promise.withResolvers<void>();
  const reader = db.transaction(async (tx) => {
    await tx.query("SELECT count(*) FROM event");
    started();
    await released;
  });
  await reading;
  const dropping = dropExpiredTablePartitions(db, { before: new Date("2032-01-01") });
  setTimeout(release, 2_300);
  await expect(dropping).resolves.toContain("event_20310303");
  await reader;
});
