/** What bus.ts measures: a bus with its backend, and what that backend used so far. */
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKafkaBus, createPostgresBus } from "@stellwerk/bus";
import type { EventBus } from "@stellwerk/bus";
import { startKafka } from "@stellwerk/kafka-broker";
import { openDatabase, startEmbeddedPostgres } from "@stellwerk/store";
import { pino } from "pino";

/** `CLK_TCK` on every Linux. */
const TICKS_PER_SECOND = 100;
const log = pino({ level: "warn" });

export interface BusBackend {
  readonly name: string;
  readonly bus: EventBus;
  /** 0 where there is no /proc. */
  cpuUs(): number;
  /** Those that write; 0 where there are none. */
  countTransactions(): Promise<number>;
  stop(): Promise<void>;
}

export async function openPostgres(): Promise<BusBackend> {
  const dataDir = mkdtempSync(join(tmpdir(), "stellwerk-bench-bus-"));
  // As root the server runs as another user.
  chmodSync(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, log });
  const db = openDatabase({ url: server.url, applicationName: "bench", maxConnections: 1 });
  const bus = createPostgresBus({ url: server.url, applicationName: "bench bus", log });
  return {
    name: "PostgreSQL",
    bus,
    cpuUs: () => cpuUs(server.pid),
    // Every transaction that writes takes a number; reading ones do not.
    async countTransactions() {
      const [row] = await db.query<{ xid: string }>(
        "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS xid",
      );
      return Number(row?.xid);
    },
    async stop() {
      await bus.close();
      await db.close();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function openKafka(): Promise<BusBackend> {
  const kafka = await startKafka();
  const bus = createKafkaBus({ brokers: kafka.brokers, app: "bench-bus", log });
  return {
    name: "Kafka",
    bus,
    cpuUs: () => kafka.pids.reduce((sum, pid) => sum + cpuUs(pid), 0),
    countTransactions: async () => 0,
    async stop() {
      await bus.close();
      await kafka.stop();
    },
  };
}

/** Of a process, its children and those that have ended. */
function cpuUs(serverPid: number): number {
  let ticks = 0;
  try {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const fields = readStat(pid);
      if (Number(pid) !== serverPid && Number(fields[1]) !== serverPid) continue;
      ticks += Number(fields[11]) + Number(fields[12]);
      if (Number(pid) === serverPid) ticks += Number(fields[13]) + Number(fields[14]);
    }
  } catch {
    return 0;
  }
  return (ticks / TICKS_PER_SECOND) * 1_000_000;
}

/** The fields after the program's name, which may hold spaces: state, parent, … */
function readStat(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return [];
  }
}
