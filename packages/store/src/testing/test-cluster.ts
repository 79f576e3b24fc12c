/** PostgreSQL servers that live as long as a test run and keep nothing. */
import { rmSync } from "node:fs";
import { pino } from "pino";
import { startEmbeddedPostgres } from "../embedded-postgres/start.ts";
import { killProcessTree } from "./kill-process-tree.ts";
import { makeTestFolder } from "./test-folder.ts";

/** Nothing here has to survive the machine; a killed process loses nothing by it. */
const THROW_AWAY = {
  fsync: "off",
  // On: what is committed has been handed to the system and outlives a kill -9 of the server.
  synchronous_commit: "on",
  full_page_writes: "off",
  // The folder may be in memory.
  max_wal_size: "256MB",
  // In the folder, so that it goes with it: after a kill -9 POSIX segments would stay in /dev/shm.
  dynamic_shared_memory_type: "mmap",
  // Many suites at once, each with pools of its own.
  max_connections: "300",
} as const;

export interface TestPostgres extends AsyncDisposable {
  readonly url: string;
  /** kill -9 of the server and all its processes; resolves when they are gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port: after `kill`, or while it runs (then it stops cleanly first). */
  restart(): Promise<void>;
}

/** A server of one's own, for tests that kill it; `folder` is the caller's, if it is to lie in a certain place. Tests that only need data use `openTestDatabase`. */
export async function startTestPostgres({ folder }: { folder?: string } = {}): Promise<TestPostgres> {
  const dataDir = folder ?? (await makeTestFolder());
  const log = pino({ level: "silent" });
  const start = (port?: number) =>
    startEmbeddedPostgres({ dataDir, log, settings: THROW_AWAY, ...(port === undefined ? {} : { port }) });
  let server = await start();
  const { url } = server;
  const port = Number(new URL(url).port);
  return {
    url,
    kill: () => killProcessTree(server.pid),
    async restart() {
      await server.stop();
      server = await start(port);
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (folder === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
