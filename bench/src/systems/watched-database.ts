/** The embedded PostgreSQL of a system under test: its process, and how much is written. */
import { openDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from "@stellwerk/store";

export interface WatchedDatabase {
  readonly postgres: EmbeddedPostgres;
  readonly countWritingTransactions: () => Promise<number>;
  /** Lets go of it; stops nothing. */
  close(): Promise<void>;
}

/** Starts PostgreSQL in this data directory, or joins the one that a program has started there. */
export async function watchDatabase(dataDir: string): Promise<WatchedDatabase> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: { info: () => {} } });
  const db = openDatabase({ url: postgres.url, applicationName: "stellwerk-bench", maxConnections: 1 });
  return {
    postgres,
    async countWritingTransactions() {
      // Only a transaction that writes gets an id, so ids count exactly those.
      const rows = await db.query<{ next: string }>(
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next",
      );
      return Number(rows[0]?.next);
    },
    close: () => db.close(),
  };
}
