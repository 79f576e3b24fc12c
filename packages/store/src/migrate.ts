/**
 * Brings a database to this code's schema. Forward only: one transaction a file, under an
 * advisory lock, so that of two processes that start together one migrates and the other waits.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Logger } from "pino";
import { openDatabase } from "./database.ts";
import type { Database, Queryable } from "./database.ts";
import { ensureTablePartitions } from "./table-partitions.ts";
import { raiseWall } from "./wall/raise-wall.ts";
import { MigrationChangedError, PostgresTooOldError, SchemaTooNewError } from "./errors.ts";

const OLDEST_POSTGRES = 15;

export interface Migration {
  readonly number: number;
  /** `0001-foundation.sql` */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

export interface MigrateOptions {
  readonly log?: Pick<Logger, "info" | "warn">;
}

/** Applies what is missing and makes the table partitions of the next weeks; resolves with the applied numbers. */
export async function migrate(target: Database | string, { log }: MigrateOptions = {}): Promise<number[]> {
  return withoutTimeLimits(target, async (db) => {
    const applied = await applyMigrations(db, readMigrations(), log);
    await ensureTablePartitions(db, { now: new Date() });
    await raiseWall(db, log);
    return applied;
  });
}

export async function applyMigrations(
  db: Database,
  migrations: readonly Migration[],
  log?: Pick<Logger, "info">,
): Promise<number[]> {
  await refuseOldPostgres(db);
  const applied: number[] = [];
  for (;;) {
    const migration = await db.transaction((tx) => applyNext(tx, migrations));
    if (!migration) return applied;
    applied.push(migration.number);
    log?.info(`Database schema: applied ${migration.name}`);
  }
}

/** To wait for another process that migrates, or to rewrite a table, may take longer than a query usually may. */
async function withoutTimeLimits<T>(
  target: Database | string,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase({
    url: typeof target === "string" ? target : target.url,
    applicationName: "stellwerk migrate",
    maxConnections: 1,
    statementTimeoutMs: 0,
  });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** Applies the first migration that is missing; undefined when there is none. */
async function applyNext(tx: Queryable, migrations: readonly Migration[]): Promise<Migration | undefined> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('stellwerk.migrate', 0))");
  await tx.query(
    `CREATE TABLE IF NOT EXISTS migration (
       number integer PRIMARY KEY,
       name text NOT NULL,
       checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now()
     )`,
  );
  const done = await tx.query<{ number: number; checksum: string }>("SELECT number, checksum FROM migration");
  const next = nextMigration(migrations, done);
  if (!next) return undefined;
  await tx.query(next.sql);
  await tx.query("INSERT INTO migration (number, name, checksum) VALUES ($1, $2, $3)", [
    next.number,
    next.name,
    next.checksum,
  ]);
  return next;
}

function nextMigration(
  migrations: readonly Migration[],
  done: readonly { number: number; checksum: string }[],
): Migration | undefined {
  const newest = Math.max(0, ...done.map((row) => row.number));
  const known = migrations.at(-1)?.number ?? 0;
  if (newest > known) throw new SchemaTooNewError(newest, known);
  const checksums = new Map(done.map((row) => [row.number, row.checksum]));
  for (const migration of migrations) {
    const checksum = checksums.get(migration.number);
    if (checksum === undefined) return migration;
    if (checksum !== migration.checksum) throw new MigrationChangedError(migration.name);
  }
  return undefined;
}

export async function refuseOldPostgres(db: Queryable, oldest = OLDEST_POSTGRES): Promise<void> {
  const [row] = await db.query<{ major: number; version: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_version') AS version`,
  );
  if (row && row.major < oldest) throw new PostgresTooOldError(row.version, oldest);
}

/** The files of `migrations/`, in order. */
export function readMigrations(): Migration[] {
  const folder = new URL("./migrations/", import.meta.url);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => describeMigration(name, readFileSync(new URL(name, folder), "utf8")));
}

export function describeMigration(name: string, text: string): Migration {
  const number = Number.parseInt(name, 10);
  // A checkout with Windows line ends is the same migration.
  const sql = text.replaceAll("\r\n", "\n");
  return { number, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}
