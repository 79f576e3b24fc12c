/**
 * PostgreSQL for a machine that has none: real binaries from npm, data in the data directory.
 * It outlives us when we are killed and is adopted at the next start.
 */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";
import { EmbeddedPostgresUnavailableError } from "../errors.ts";
import { findBinaries } from "./binaries.ts";
import { openCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import {
  findPostmaster,
  readLastPort,
  removeStalePidFile,
  startPostmaster,
  stopPostmaster,
} from "./postmaster.ts";
import { makeBinariesReachable } from "./reachable-binaries.ts";
import { pickServerUser } from "./server-user.ts";

export interface EmbeddedPostgresOptions {
  /** STELLWERK_DATA_DIR; the database goes to `postgres` in it. */
  readonly dataDir: string;
  readonly log: Pick<Logger, "info">;
  /** Default: the port of the last start when it is free, else any free one. */
  readonly port?: number;
  /** PostgreSQL settings over ours; tests switch fsync off. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where root puts what the server's user cannot reach; default `/var/lib/stellwerk`, then `/var/tmp/stellwerk`. */
  readonly sharedPlaces?: readonly string[];
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** It was running already, left by a process that was killed. */
  readonly adopted: boolean;
  /** Of the server's main process. */
  readonly pid: number;
  /** Call it last: everything else needs the database until its own end. */
  stop(): Promise<void>;
}

/** For one machine and one process of ours; durability is never traded away. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  // Socket files need a folder that both users can reach; TCP on the loopback does not.
  unix_socket_directories: "",
  max_connections: "60",
  shared_buffers: "128MB",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // Nothing replicates from here, and less is written.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "1GB",
  // Our statements are short: compiling or sharing them out costs more than it gives.
  jit: "off",
  max_parallel_workers_per_gather: "0",
  // Three processes fewer; what is hot is in memory.
  io_method: "sync",
  random_page_cost: "1.1",
  // The queue's dead rows pile up by the thousand in a second; the default looks once a minute.
  autovacuum_naptime: "10s",
  timezone: "UTC",
  log_timezone: "UTC",
};

const START_DEADLINE_MS = 330_000;
const POLL_MS = 100;
/** It may stop just when we ask; one that does not answer for seconds will not answer at all. */
const MOST_UNANSWERED = 50;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const settings = { ...SETTINGS, ...options.settings };
  const { dataDir, sharedPlaces } = options;
  const user = pickServerUser(join(dataDir, "postgres"));
  const binaries = makeBinariesReachable(findBinaries(), user, log, sharedPlaces);
  const noSync = settings["fsync"] === "off";
  const cluster = await openCluster({ dataDir, binaries, user, log, noSync, sharedPlaces });

  const deadline = Date.now() + START_DEADLINE_MS;
  let startedByUs = false;
  let waited = false;
  let unanswered = 0;
  let reason = "";
  while (Date.now() < deadline && unanswered < MOST_UNANSWERED) {
    const running = findPostmaster(cluster);
    if (running?.status === "ready") {
      const url = `postgres://stellwerk:${cluster.password}@127.0.0.1:${running.port}/postgres`;
      const answer = await ask(url, cluster);
      if (answer === "ours") {
        const stop = () => stopPostmaster(cluster, binaries);
        return { url, adopted: !startedByUs, pid: running.pid, stop };
      }
      reason = answer;
      if (answer.includes("password authentication failed")) break;
      unanswered += 1;
    }
    if (running) {
      // Another process starts or stops it just now.
      if (!waited) log.info(`Waiting for PostgreSQL (process ${running.pid}, ${running.status})`);
      waited = true;
      await pause(POLL_MS);
      continue;
    }
    removeStalePidFile(cluster);
    const port = options.port ?? (await choosePort(readLastPort(cluster)));
    const result = await startPostmaster(cluster, binaries, port, settings);
    startedByUs = result.started;
    if (result.started) continue;
    reason = result.reason;
    if (!findPostmaster(cluster) && !mayPass(reason, options)) break;
    await pause(POLL_MS);
  }
  throw new EmbeddedPostgresUnavailableError(
    `PostgreSQL did not start on ${cluster.path}. It said: ${reason}\nSee ${cluster.path}/postgres.log`,
  );
}

/**
 * Causes that go away: the orphans of a killed server still hold its memory, somebody took the
 * port between our look and the start, or another process was quicker to start the server.
 */
function mayPass(reason: string, options: EmbeddedPostgresOptions): boolean {
  if (options.port === undefined && reason.includes("could not bind")) return true;
  return /pre-existing shared memory block|lock file .* already exists/.test(reason);
}

/** Is this port answered by the server of this very directory? */
async function ask(url: string, cluster: Cluster): Promise<"ours" | (string & {})> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ path: string }>("SELECT current_setting('data_directory') AS path");
    return rows[0]?.path === cluster.path ? "ours" : `another PostgreSQL answers (${rows[0]?.path})`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}

async function choosePort(last: number | undefined): Promise<number> {
  return (last !== undefined && (await tryPort(last))) || (await tryPort(0)) || 0;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen({ port, host: "127.0.0.1" }, () => {
      const { port: free } = probe.address() as AddressInfo;
      probe.close(() => resolve(free));
    });
  });
}
