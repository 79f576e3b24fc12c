/** The database of `npm start`: the operator's when there is a DATABASE_URL, else one of our own in the data directory. */
import type { Log } from "@stellwerk/log";
import { StartError } from "@stellwerk/process";
import {
  loadOrMakeSecretKey,
  readSecretKey,
  startEmbeddedPostgres,
  takeSessionLock,
  type SecretKey,
} from "@stellwerk/store";
import type { Config } from "./config.ts";

export interface DatabaseServer {
  readonly url: string;
  /** Stops what we started; call it last. */
  stop(): Promise<void>;
}

export async function startDatabase(config: Config, log: Log): Promise<DatabaseServer> {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, stop: async () => {} };
  const postgres = await startEmbeddedPostgres({ dataDir: config.STELLWERK_DATA_DIR, log });
  // A second start in the same folder would adopt the database of the first, and stop it when it ends.
  const lock = await takeSessionLock(postgres.url, "stellwerk standalone");
  if (lock === undefined) {
    throw new StartError(
      `Stellwerk is already running on ${config.STELLWERK_DATA_DIR}; stop that one, or set STELLWERK_DATA_DIR to another folder.`,
    );
  }
  return {
    url: postgres.url,
    async stop() {
      await lock.release();
      await postgres.stop();
    },
  };
}

export function secretKeyOf(config: Config): SecretKey {
  return config.STELLWERK_SECRET_KEY === undefined
    ? loadOrMakeSecretKey(config.STELLWERK_DATA_DIR)
    : readSecretKey(config.STELLWERK_SECRET_KEY);
}
