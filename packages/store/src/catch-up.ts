/**
 * After a resume: what waited is sent, or skipped as far as the person who resumed does not want it.
 * In pages, so that a million deliveries neither lock the table nor fill the memory.
 */
import type { Database, Queryable } from "./database.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const listBacklog = sqlFile("list-backlog");
const skipDeliveriesStatement = sqlFile("skip-deliveries");
const finishCatchUpStatement = sqlFile("finish-catch-up");

const PAGE = 500;
const NO_ID = "00000000-0000-0000-0000-000000000000";

export interface BacklogLane extends OwnedPartition {
  readonly accountId: string;
  readonly subscriptionId: string;
}

export interface SkipBacklogOptions {
  /** Deliveries made until then. */
  readonly before: Date;
  /** Keeps the newest of each subject, and what has no subject. */
  readonly keepLatest: boolean;
  readonly reason: string;
  readonly detail: string;
  /** Says how far it is, after each page. */
  readonly onProgress?: (skipped: number) => void;
  /** Asked after each page. */
  readonly isStopped: () => boolean;
}

interface Waiting {
  readonly deliveryId: string;
  readonly dueAt: string;
  readonly seq: number;
  readonly subject: string | null;
}

/** Skips what is not wanted; resolves with how many. May be stopped and begun again at any time. */
export async function skipBacklog(
  db: Database,
  dispatcherId: string,
  lane: BacklogLane,
  options: SkipBacklogOptions,
): Promise<number> {
  const { keepLatest, before, reason, detail } = options;
  /** The newest seen of each subject, in bus order. */
  const newest = new Map<string, Waiting>();
  let dueAt = "-infinity";
  let lastId = NO_ID;
  let skipped = 0;
  while (!options.isStopped()) {
    const page = await db.query<Waiting>(listBacklog, [
      lane.partition,
      lane.subscriptionId,
      dueAt,
      lastId,
      before,
      PAGE,
    ]);
    const last = page.at(-1);
    if (last === undefined) break;
    const unwanted = keepLatest ? supersededBy(page, newest) : page.map((each) => each.deliveryId);
    if (unwanted.length > 0) {
      const [row] = await db.query<{ skipped: number }>(skipDeliveriesStatement, [
        dispatcherId,
        lane.partition,
        lane.epoch,
        unwanted,
        reason,
        detail,
      ]);
      skipped += row?.skipped ?? 0;
      options.onProgress?.(skipped);
    }
    ({ dueAt, deliveryId: lastId } = last);
  }
  return skipped;
}

/** Those of the page, and of what was seen before it, that a newer one of the same subject replaces. */
function supersededBy(page: readonly Waiting[], newest: Map<string, Waiting>): string[] {
  const superseded: string[] = [];
  for (const waiting of page) {
    if (waiting.subject === null) continue;
    const known = newest.get(waiting.subject);
    if (known === undefined || known.seq < waiting.seq) {
      newest.set(waiting.subject, waiting);
      if (known !== undefined) superseded.push(known.deliveryId);
    } else superseded.push(waiting.deliveryId);
  }
  return superseded;
}

/** The backlog of the resume at `before` is dealt with. */
export async function finishCatchUp(
  db: Queryable,
  dispatcherId: string,
  lane: BacklogLane,
  before: Date,
): Promise<void> {
  await db.query(finishCatchUpStatement, [
    dispatcherId,
    lane.partition,
    lane.epoch,
    lane.accountId,
    lane.subscriptionId,
    before,
  ]);
}
