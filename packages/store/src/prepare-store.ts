/** What every process does before anything else: wait for the database, bring it up to date, see that it is set up. */
import type { Logger } from "pino";
import type { Database } from "./database.ts";
import { prepareInstallation, type Installation, type PrepareOptions } from "./installation.ts";
import { migrate } from "./migrate.ts";
import { waitForDatabase } from "./wait-for-database.ts";

export interface PrepareStoreOptions extends PrepareOptions {
  readonly log: Pick<Logger, "info" | "warn">;
  /** How long to wait for a database that does not answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** May be called by several processes at once. Throws StoreUnavailableError when the database stays away. */
export async function prepareStore(db: Database, options: PrepareStoreOptions): Promise<Installation> {
  const { log, timeoutMs, signal } = options;
  await waitForDatabase(db, {
    timeoutMs,
    ...(signal && { signal }),
    onWaiting: ({ waitedMs, reason }) => {
      const left = Math.max(0, Math.round((timeoutMs - waitedMs) / 1_000));
      log.warn(`waiting for the database at DATABASE_URL, giving up in ${left} s (${reason})`);
    },
  });
  await migrate(db, { log });
  return prepareInstallation(db, options);
}
