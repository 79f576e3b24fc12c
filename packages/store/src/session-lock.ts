/**
 * A lock that lives as long as its process: PostgreSQL gives it back when the connection ends,
 * so a killed process leaves none behind.
 */
import pg from "pg";

const KEEP_ALIVE_AFTER_MS = 5_000;

export interface SessionLock {
  release(): Promise<void>;
}

/** Undefined when another session holds it. */
export async function takeSessionLock(url: string, name: string): Promise<SessionLock | undefined> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
  });
  // A server that restarts takes the lock with it; what it guards is a start, and that is over.
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query<{ taken: boolean }>(
    "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken",
    [name],
  );
  if (rows[0]?.taken === true) return { release: () => client.end().catch(() => {}) };
  await client.end();
  return undefined;
}
