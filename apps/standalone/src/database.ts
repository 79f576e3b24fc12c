/** The database of `npm start`: the operator's when there is a DATABASE_URL, else one of our own in the data directory. */
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "@stellwerk/log";
import { StartError } from "@stellwerk/process";
import { openDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from "@stellwerk/store";
import type { Config } from "./config.ts";

/** Shown in pg_stat_activity; who holds such a connection is a standalone that runs. */
export const APPLICATION_NAME = "stellwerk";
/** How soon a database that died is missed. */
const LOOK_EVERY_MS = 500;
/** PostgreSQL lets go of a killed process's connections when its running statement ends. */
const LET_GO_WITHIN_MS = 5_000;

export interface DatabaseServer {
  readonly url: string;
  /** Stops what we started; call it last. */
  stop(): Promise<void>;
}

export interface DatabaseServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** The database died and does not come back. */
  readonly onLost: (reason: string) => void;
}

export async function startDatabase({ config, log, onLost }: DatabaseServerOptions): Promise<DatabaseServer> {
  if (config.DATABASE_URL !== undefined) return { url: config.DATABASE_URL, stop: async () => {} };
  const dataDir = config.STELLWERK_DATA_DIR;
  const server = await startEmbeddedPostgres({ dataDir, log });
  if (server.adopted) await requireAlone(server.url, dataDir);
  return keepRunning(server, { dataDir, log, onLost });
}

/**
 * A database that runs already was left by a process that was killed, or belongs to one that runs. Without this a
 * second `npm start` would take the first one's deliveries and then, at its end, its database away.
 */
async function requireAlone(url: string, dataDir: string): Promise<void> {
  const db = openDatabase({ url, applicationName: "stellwerk start", maxConnections: 1 });
  try {
    const deadline = performance.now() + LET_GO_WITHIN_MS;
    while (
      (await db.query("SELECT FROM pg_stat_activity WHERE application_name = $1", [APPLICATION_NAME]))
        .length > 0
    ) {
      if (performance.now() > deadline) {
        throw new StartError(
          `Stellwerk runs already on ${dataDir}; stop that one first, or set STELLWERK_DATA_DIR (and PORT) for a second one.`,
        );
      }
      await pause(100);
    }
  } finally {
    await db.close();
  }
}

/** Nobody else looks after it: when it dies (out of memory, kill -9) it is started again, and everything waits for it. */
function keepRunning(
  first: EmbeddedPostgres,
  { dataDir, log, onLost }: { dataDir: string; log: Log; onLost: (reason: string) => void },
): DatabaseServer {
  const { url } = first;
  let server = first;
  let restarting: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (restarting === undefined && !isAlive(server.pid)) restarting = restart();
  }, LOOK_EVERY_MS);

  async function restart(): Promise<void> {
    log.error({ postgres: server.pid }, "PostgreSQL ended; starting it again");
    try {
      // Every connection of ours has the port in its address.
      server = await startEmbeddedPostgres({ dataDir, log, port: Number(new URL(url).port) });
      log.info({ postgres: server.pid }, "PostgreSQL is back");
      restarting = undefined;
    } catch (error) {
      clearInterval(timer);
      onLost(
        `PostgreSQL ended and does not start again. ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  return {
    url,
    async stop() {
      clearInterval(timer);
      await restarting;
      await server.stop();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
