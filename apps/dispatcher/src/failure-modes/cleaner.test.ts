/** What users of other servers saw: every night the database stood still, because old rows were being deleted. */
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { createLog } from "@stellwerk/log";
import {
  holdSubscription,
  raiseRevision,
  resumeSubscription,
  StoreUnavailableError,
  type Database,
} from "@stellwerk/store";
import { fillLargeTables, openTestDatabase, type LargeTables } from "@stellwerk/store/testing";
import { expect, test } from "vitest";
import { openHousekeeping } from "../housekeeping.ts";
import { DispatcherScene, eventually } from "../testing/dispatcher-scene.ts";
import { recordOf } from "../testing/hand-fed-bus.ts";

const log = createLog({ name: "test", level: "silent" });
const RETENTION_DAYS = 3;
const EXPIRED_KEYS = 30_000;
const OLD_ENDS = 15_000;
/** In one transaction. */
const MOST_ROWS: Record<string, number> = {
  queue: 5_000,
  delivery: 5_000,
  idempotency: 5_000,
  undelivered: 10_000,
};
const MOST_SKIPPED = 500;
/** The cleaner waits two seconds for a lock on a table, and whoever comes behind it as long at most. */
const NEIGHBOUR_WAITS_MS = 2_700;
/** Longer than that, from when the cleaner waits for it. */
const READER_GOES_ON_MS = 3_000;

const WAITING_DROP =
  "SELECT FROM pg_stat_activity WHERE query LIKE 'DROP TABLE%' AND wait_event_type = 'Lock'";

/** Keeps how many rows each transaction takes from the tables that live by batches. */
async function watchWrites(
  db: Database,
): Promise<() => Promise<{ table: string; total: number; most: number }[]>> {
  await db.query("CREATE TABLE writes (xid xid8, name text, rows int)");
  await db.query(
    `CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
     $$ BEGIN
       INSERT INTO writes SELECT pg_current_xact_id(), TG_TABLE_NAME, count(*) FROM gone HAVING count(*) > 0;
       RETURN NULL;
     END $$`,
  );
  for (const [table, event] of [
    ["queue", "DELETE"],
    ["delivery", "UPDATE"],
    ["undelivered", "DELETE"],
    ["idempotency", "DELETE"],
  ]) {
    await db.query(
      `CREATE TRIGGER count_rows AFTER ${event} ON ${table}
       REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION count_rows()`,
    );
  }
  return () =>
    db.query(
      `SELECT name AS table, sum(rows)::int AS total, max(rows)::int AS most
       FROM (SELECT xid, name, sum(rows) AS rows FROM writes GROUP BY xid, name) AS transactions
       GROUP BY name ORDER BY name`,
    );
}

/** Weeks of events and deliveries, and of everything that is deleted by age more than one batch. */
async function fillWithOldRows(db: Database): Promise<LargeTables> {
  const tables = await fillLargeTables(db);
  await db.query("DELETE FROM queue WHERE account_id <> $1", [tables.accountId]);
  await db.query("UPDATE queue SET claimed_epoch = NULL WHERE claimed_epoch IS NOT NULL");
  await db.query(
    `INSERT INTO undelivered (delivery_id, account_id, state)
     SELECT uuidv7(-interval '20 days'), $1, 'dead' FROM generate_series(1, ${OLD_ENDS})`,
    [tables.accountId],
  );
  await db.query(
    `INSERT INTO idempotency (account_id, route, key_hash, body_hash, resource_id, expires_at)
     SELECT $1, 'test', sha256(int4send(n)), '', uuidv7(), now() - interval '1 minute'
     FROM generate_series(1, ${EXPIRED_KEYS}) AS n`,
    [tables.accountId],
  );
  return tables;
}

/** Somebody is about to send one of the deliveries that are to expire. */
async function claimAnOldOne(db: Database): Promise<{ id: string; release(): Promise<void> }> {
  const [old] = await db.query<{ id: string }>(
    `SELECT delivery_id AS id FROM queue
     WHERE uuid_extract_timestamp(delivery_id) < now() - interval '${RETENTION_DAYS} days'
     ORDER BY delivery_id DESC LIMIT 1`,
  );
  const id = old?.id ?? "";
  const [claimed, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const claim = db.transaction(async (tx) => {
    await tx.query("SELECT FROM queue WHERE delivery_id = $1 FOR UPDATE", [id]);
    claimed.resolve();
    await released.promise;
  });
  await claimed.promise;
  return {
    id,
    async release() {
      released.resolve();
      await claim;
    },
  };
}

/** Somebody reads a long list, and goes on when the cleaner wants to drop a table of it. */
async function readLong(db: Database): Promise<{ readonly done: Promise<void> }> {
  const reading = Promise.withResolvers<void>();
  const done = db.transaction(async (tx) => {
    await tx.query("SELECT FROM event LIMIT 1");
    reading.resolve();
    await eventually(async () => expect(await db.query(WAITING_DROP)).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, READER_GOES_ON_MS));
  });
  await reading.promise;
  return { done };
}

/** Others do what they always do, and do not wait for ever. */
function keepServing(db: Database, { accountId, sourceId }: LargeTables) {
  const stopped = new AbortController();
  let served = 0;
  const tooSlow: unknown[] = [];
  async function serve(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        await db.transaction(async (tx) => {
          await tx.query(`SET LOCAL lock_timeout = ${NEIGHBOUR_WAITS_MS}`);
          await tx.query(
            `INSERT INTO event (id, account_id, source_id, type, time, content_type, revision, body)
             VALUES (uuidv7(), $1, $2, 'website_created', now(), 'application/json', 1, '{}')`,
            [accountId, sourceId],
          );
          await tx.query("SELECT id FROM delivery WHERE account_id = $1 ORDER BY id DESC LIMIT 50", [
            accountId,
          ]);
          await tx.query(
            `UPDATE queue SET due_at = now()
             WHERE delivery_id = (SELECT delivery_id FROM queue ORDER BY delivery_id DESC LIMIT 1)`,
          );
        });
        served += 1;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        tooSlow.push(error);
      }
    }
  }
  const serving = Promise.all([serve(), serve()]);
  return {
    async stop() {
      stopped.abort();
      await serving;
      return { served, tooSlow };
    },
  };
}

test(
  "cleaner that saturates the database: it works in small batches, waits for nobody, and nobody waits long for it",
  { timeout: 60_000 },
  async () => {
    await using database = await openTestDatabase();
    const { db } = database;
    const tables = await fillWithOldRows(db);
    const count = async (from: string) => {
      const [row] = await db.query<{ count: number }>(`SELECT count(*) FROM ${from}`);
      return row?.count ?? 0;
    };
    const before = await count("queue");
    const writes = await watchWrites(db);
    const claim = await claimAnOldOne(db);
    const reader = await readLong(db);
    const neighbours = keepServing(db, tables);
    // It begins with a round, and ends with it.
    const housekeeping = openHousekeeping({ db, log, retentionDays: RETENTION_DAYS, isOurs: () => true });
    housekeeping.begin();
    await housekeeping.stop();
    const { served, tooSlow } = await neighbours.stop();
    await reader.done;
    await claim.release();

    expect(tooSlow).toEqual([]);
    expect(served).toBeGreaterThan(20);
    expect(await db.query("SELECT FROM queue WHERE delivery_id = $1", [claim.id])).toHaveLength(1);
    const done = await writes();
    const totalOf = (table: string) => done.find((each) => each.table === table)?.total ?? 0;
    expect(await count("queue")).toBe(before - totalOf("queue"));
    expect(totalOf("idempotency")).toBe(EXPIRED_KEYS);
    for (const [table, most] of Object.entries(MOST_ROWS)) {
      // More than one batch of it, or nothing is proved.
      expect(totalOf(table)).toBeGreaterThan(most);
      expect(done.find((each) => each.table === table)?.most).toBeLessThanOrEqual(most);
    }
    // Weeks go as a whole, whatever is in them.
    expect(await count("event WHERE uuid_extract_timestamp(id) < now() - interval '14 days'")).toBe(0);
  },
);

test("cleaner that saturates the database: a backlog that nobody wants is skipped in small batches", async () => {
  await using scene = await DispatcherScene.open();
  await using receiver = await openReceiver();
  await scene.seedWebhook(`${receiver.url}/`);
  const { db } = scene.database;
  const { accountId, subscriptionIds } = scene.seed;
  const id = subscriptionIds[0]!;
  const { bus } = await scene.start();
  await db.transaction(async (tx) => {
    await raiseRevision(tx, accountId);
    await holdSubscription(tx, accountId, id, null);
  });
  const backlog = 4 * MOST_SKIPPED;
  await bus.hand(Array.from({ length: backlog }, () => recordOf(scene.seed)));
  const writes = await watchWrites(db);
  await db.transaction(async (tx) => {
    await raiseRevision(tx, accountId);
    await resumeSubscription(tx, accountId, id, { catchUp: "none", perSecond: null });
  });
  await eventually(async () => expect(await db.query("SELECT FROM queue")).toEqual([]));
  const done = await writes();
  expect(done).toEqual([
    { table: "delivery", total: backlog, most: MOST_SKIPPED },
    { table: "queue", total: backlog, most: MOST_SKIPPED },
  ]);
  expect(receiver.requests).toEqual([]);
});
