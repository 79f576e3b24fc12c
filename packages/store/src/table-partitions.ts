/**
 * The big tables are cut into weeks by the time in their ids. Weeks are made ahead, and dropped as a
 * whole when they are past their retention, which costs the same for ten rows and for ten million.
 */
import type { Database, Queryable } from "./database.ts";
import { StoreUnavailableError } from "./errors.ts";
import { firstIdAt } from "./page.ts";

const TABLES = ["event", "delivery", "attempt"] as const;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY_MS = 4 * 24 * 60 * 60 * 1_000;
const WEEKS_AHEAD = 2;
/** What is in the way is a running statement; better to try again than to make all others wait behind us. */
const LOCK_TIMEOUT_MS = 2_000;
const TRIES = 3;
const DELETE_AT_ONCE = 10_000;

/** SQLSTATE check_violation: rows of that week are in the default partition already. */
const ROWS_IN_THE_WAY = "23514";

export interface EnsureOptions {
  readonly now: Date;
  /** Besides the current one; default 2. */
  readonly weeksAhead?: number;
}

/** Makes what is missing; resolves with the names of what it made. May run in many processes at once. */
export async function ensureTablePartitions(db: Database, options: EnsureOptions): Promise<string[]> {
  const first = weekOf(options.now);
  const weeks = Array.from(
    { length: 1 + (options.weeksAhead ?? WEEKS_AHEAD) },
    (_, n) => first + n * WEEK_MS,
  );
  const made: string[] = [];
  for (const table of TABLES) {
    for (const week of weeks) {
      const name = partitionName(table, week);
      if (await makePartition(db, table, name, week)) made.push(name);
    }
  }
  return made;
}

export interface DropOptions {
  /** Rows whose ids are older than this are not needed any more. */
  readonly before: Date;
}

/**
 * Drops every week that ended before; resolves with their names. Older rows in the default partition, and
 * what points at dropped deliveries, are deleted.
 */
export async function dropExpiredTablePartitions(db: Database, { before }: DropOptions): Promise<string[]> {
  const dropped: string[] = [];
  const limit = firstIdAt(before);
  for (const table of TABLES) {
    for (const { name, to } of await listPartitions(db, table)) {
      if (to > limit) continue;
      await changeLayout(db, (tx) => tx.query(`DROP TABLE IF EXISTS ${name}`));
      dropped.push(name);
    }
    await deleteOlder(db, `${table}_default`, "id", limit);
  }
  await deleteOlder(db, "undelivered", "delivery_id", limit);
  return dropped;
}

/**
 * CREATE and ATTACH instead of CREATE … PARTITION OF: that one would lock the whole table against reading
 * and writing; this locks the default partition only, and for a moment, because it is as good as empty:
 * it is searched for rows of the new week, and it holds but what no week was made for.
 */
async function makePartition(db: Database, table: string, name: string, week: number): Promise<boolean> {
  if (await exists(db, name)) return false;
  const from = firstIdAt(new Date(week));
  const to = firstIdAt(new Date(week + WEEK_MS));
  try {
    return await changeLayout(db, async (tx) => {
      if (await exists(tx, name)) return false;
      // The default partition shows how: it has the same columns, indexes and storage options.
      const options = await storageOptions(tx, `${table}_default`);
      await tx.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)${options}`);
      await tx.query(
        `ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`,
      );
      return true;
    });
  } catch (error) {
    // Nobody made this week in time. Its rows stay where they are: to move them would lock the table for long.
    if ((error as { code?: unknown }).code === ROWS_IN_THE_WAY) return false;
    throw error;
  }
}

/** One process at a time, and never long in a queue for a lock in which all others would wait behind us. */
async function changeLayout<T>(db: Database, work: (tx: Queryable) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction(async (tx) => {
        // Tables belong to the owner, and a dispatcher works as somebody else.
        await tx.query("SET LOCAL ROLE NONE");
        await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('stellwerk.table-partitions', 0))");
        await tx.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
        return await work(tx);
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || tries === TRIES) throw error;
    }
  }
}

async function deleteOlder(db: Database, table: string, column: string, limit: string): Promise<void> {
  let deleted: unknown[];
  do {
    deleted = await db.transaction(async (tx) => {
      // A partition is nobody's but the owner's.
      await tx.query("SET LOCAL ROLE NONE");
      return tx.query(
        `DELETE FROM ${table} WHERE ${column} IN (
           SELECT ${column} FROM ${table} WHERE ${column} < $1 ORDER BY ${column} LIMIT ${DELETE_AT_ONCE}
         ) RETURNING 1`,
        [limit],
      );
    });
  } while (deleted.length === DELETE_AT_ONCE);
}

/** The weeks of a table, each with the first id that is not in it any more. */
async function listPartitions(db: Queryable, table: string): Promise<{ name: string; to: string }[]> {
  const rows = await db.query<{ name: string; bound: string }>(
    `SELECT c.oid::regclass::text AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = $1::regclass ORDER BY c.relname`,
    [table],
  );
  return rows.flatMap(({ name, bound }) => {
    const to = /TO \('([0-9a-f-]{36})'\)/.exec(bound)?.[1];
    return to === undefined ? [] : [{ name, to }];
  });
}

/** Not to_regclass: it answers from a cache that still knows nothing of what was made while we waited for our turn. */
async function exists(db: Queryable, name: string): Promise<boolean> {
  const found = await db.query("SELECT 1 FROM pg_class WHERE relname = $1 AND pg_table_is_visible(oid)", [
    name,
  ]);
  return found.length > 0;
}

async function storageOptions(db: Queryable, table: string): Promise<string> {
  const [row] = await db.query<{ options: string | null }>(
    "SELECT array_to_string(reloptions, ', ') AS options FROM pg_class WHERE oid = $1::regclass",
    [table],
  );
  return row?.options ? ` WITH (${row.options})` : "";
}

function weekOf(time: Date): number {
  return FIRST_MONDAY_MS + Math.floor((time.getTime() - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS;
}

/** `event_20261123`: the week that began on that Monday. */
function partitionName(table: string, week: number): string {
  return `${table}_${new Date(week).toISOString().slice(0, 10).replaceAll("-", "")}`;
}
