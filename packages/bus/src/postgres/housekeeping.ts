/**
 * Opens the next segment of a topic when the open one is large or old, and drops those that every group
 * has passed or whose time is up. Any process may do it; one at a time does.
 */
import type { Logger } from "pino";
import { BusUnavailableError } from "../errors.ts";
import type { Connections } from "./connections.ts";
import { createSegmentTable, dropSegmentTable } from "./segment-table.ts";
import { sqlFile } from "./sql-file.ts";

const listOpenSegments = sqlFile("list-open-segments");
const openSegment = sqlFile("open-segment");
const listDroppableSegments = sqlFile("list-droppable-segments");
const DEADLINE_MS = 10_000;
/** A topic is cut into about so many parts, by time and, when nobody reads it, by size. */
const PARTS = 16;
/** How long publishers may have to wait behind a drop that itself waits. It is tried again at the next round. */
const LOCK_TIMEOUT = "SET LOCAL lock_timeout = '100ms'";
const ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtextextended('stellwerk.bus.housekeeping', 0))";

export interface HousekeepingOptions {
  readonly connections: Connections;
  readonly everyMs: number;
  readonly segmentBytes: number;
  readonly log: Logger;
}

type OpenSegment = [
  topicId: number,
  segmentId: string,
  retentionMs: string,
  ageMs: string,
  hasRecords: boolean,
  bytes: string,
  topicBytes: string,
];

export function startHousekeeping(options: HousekeepingOptions): { stop(): Promise<void> } {
  let round: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    round = round
      .then(() => keepHouse(options))
      .catch((error: unknown) => {
        if (!(error instanceof BusUnavailableError))
          options.log.error({ err: error }, "housekeeping of the bus failed");
      });
  }, options.everyMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return round;
    },
  };
}

async function keepHouse({ connections, segmentBytes, log }: HousekeepingOptions): Promise<void> {
  const open = await connections.run(DEADLINE_MS, (db) => db.query<OpenSegment>(listOpenSegments));
  for (const [topicId, segmentId, retentionMs, ageMs, hasRecords, bytes, topicBytes] of open) {
    const full = Number(bytes) >= Math.max(segmentBytes, Number(topicBytes) / PARTS);
    const old = Number(ageMs) >= Number(retentionMs) / PARTS;
    if (hasRecords && (full || old)) await openNextSegment(connections, topicId, segmentId);
  }
  const droppable = await connections.run(DEADLINE_MS, (db) => db.query<[id: string]>(listDroppableSegments));
  for (const [id] of droppable) {
    if (!(await dropSegment(connections, id)))
      log.debug({ segment: id }, "a segment is in use, dropping it later");
  }
}

/**
 * The table is attached in a transaction of its own, before anybody is sent to it. A write that began earlier
 * and waited may still not know the table; it fails as a whole and the gatherer repeats it.
 */
async function openNextSegment(connections: Connections, topicId: number, openId: string): Promise<void> {
  const nextId = await connections.transaction(DEADLINE_MS, async (db) => {
    const [mayI] = await db.query<[boolean]>(ONE_AT_A_TIME);
    if (!mayI?.[0]) return undefined;
    const [spare] = await db.query<[id: string]>(
      "SELECT id FROM bus.segment WHERE topic_id = $1 AND starts IS NULL",
      [topicId],
    );
    if (spare) return spare[0];
    const [added] = await db.query<[id: string]>(
      "INSERT INTO bus.segment (topic_id) VALUES ($1) RETURNING id",
      [topicId],
    );
    if (added) await createSegmentTable(db, added[0]);
    return added?.[0];
  });
  if (nextId === undefined) return;
  await connections.transaction(DEADLINE_MS, async (db) => {
    const [mayI] = await db.query<[boolean]>(ONE_AT_A_TIME);
    // Another process may have been quicker; then the table is kept for the next time.
    const stillOpen = await db.query("SELECT FROM bus.segment WHERE id = $1 AND closed_at IS NULL", [openId]);
    if (mayI?.[0] && stillOpen.length > 0) await db.query(openSegment, [topicId, nextId]);
  });
}

/** False: somebody writes or reads, and the lock was not to be had quickly. */
async function dropSegment(connections: Connections, segmentId: string): Promise<boolean> {
  return connections
    .transaction(DEADLINE_MS, async (db) => {
      await db.query(LOCK_TIMEOUT);
      const [mayI] = await db.query<[boolean]>(ONE_AT_A_TIME);
      if (!mayI?.[0]) return false;
      await dropSegmentTable(db, segmentId);
      await db.query("DELETE FROM bus.segment WHERE id = $1", [segmentId]);
      return true;
    })
    .catch((error: unknown) => {
      if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) return false;
      throw error;
    });
}

/** SQLSTATE when lock_timeout has passed. */
const LOCK_NOT_AVAILABLE = "55P03";
