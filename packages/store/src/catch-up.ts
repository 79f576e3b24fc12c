/**
 * After a resume: what waited is sent, or skipped as far as the person who resumed does not want it.
 * In pages, so that a million deliveries neither lock the table nor fill the memory.
 */
import type { Database, Queryable } from "./database.ts";
import { onlyRow } from "./only-row.ts";
import { lockPartitions, promoteNext, type Promoted } from "./order.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const listBacklog = sqlFile("list-backlog");
const skipDeliveriesStatement = sqlFile("skip-deliveries");
const finishCatchUpStatement = sqlFile("finish-catch-up");

const PAGE = 500;

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
  /** These may go on, because what was before them of their subjects is gone. */
  readonly onPromoted?: (promoted: readonly Promoted[]) => void;
  /** Asked after each page. */
  readonly isStopped: () => boolean;
}

interface Waiting {
  readonly deliveryId: string;
  readonly dueAt: string;
  readonly seq: number;
  readonly orderKey: string | null;
  readonly subject: string | null;
}

/** Skips what is not wanted; resolves with how many. May be stopped and begun again at any time. */
export async function skipBacklog(
  db: Database,
  dispatcherId: string,
  lane: BacklogLane,
  options: SkipBacklogOptions,
): Promise<number> {
  let skipped = 0;
  // What comes to the head of its subject meanwhile moves to the front, past which one reading may have gone.
  let before: number;
  do {
    before = skipped;
    skipped = await skipOnce(db, dispatcherId, lane, options, skipped);
  } while (skipped > before && !options.isStopped());
  return skipped;
}

async function skipOnce(
  db: Database,
  dispatcherId: string,
  lane: BacklogLane,
  options: SkipBacklogOptions,
  skippedBefore: number,
): Promise<number> {
  const { keepLatest, before } = options;
  /** The newest seen of each subject, in bus order. */
  const newest = new Map<string, Waiting>();
  let dueAt = "-infinity";
  let seq = 0;
  let skipped = skippedBefore;
  while (!options.isStopped()) {
    const values = [lane.partition, lane.subscriptionId, dueAt, seq, before, PAGE];
    const page = await db.query<Waiting>(listBacklog, values);
    const last = page.at(-1);
    if (last === undefined) break;
    const unwanted = keepLatest ? supersededBy(page, newest) : page;
    if (unwanted.length > 0) {
      skipped += await skip(db, dispatcherId, lane, options, unwanted);
      options.onProgress?.(skipped);
    }
    ({ dueAt, seq } = last);
  }
  return skipped;
}

async function skip(
  db: Database,
  dispatcherId: string,
  { partition, epoch }: BacklogLane,
  { reason, detail, onPromoted }: SkipBacklogOptions,
  unwanted: readonly Waiting[],
): Promise<number> {
  const ids = unwanted.map((each) => each.deliveryId);
  const values = [dispatcherId, partition, epoch, ids, reason, detail];
  const isOrdered = unwanted.some((each) => each.orderKey !== null);
  const { skipped, promoted } = await db.transaction(async (tx) => {
    if (isOrdered) await lockPartitions(tx, [partition]);
    const row = onlyRow(
      await tx.query<{ skipped: number; orderKeys: string[] }>(skipDeliveriesStatement, values),
    );
    const left = row.orderKeys.map((orderKey) => ({ partition, orderKey }));
    return { skipped: row.skipped, promoted: await promoteNext(tx, left) };
  });
  if (promoted.length > 0) onPromoted?.(promoted);
  return skipped;
}

/** Those of the page, and of what was seen before it, that a newer one of the same subject replaces. */
function supersededBy(page: readonly Waiting[], newest: Map<string, Waiting>): Waiting[] {
  const superseded: Waiting[] = [];
  for (const waiting of page) {
    if (waiting.subject === null) continue;
    const known = newest.get(waiting.subject);
    if (known === undefined || known.seq < waiting.seq) {
      newest.set(waiting.subject, waiting);
      if (known !== undefined) superseded.push(known);
    } else superseded.push(waiting);
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
