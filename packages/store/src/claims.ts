/**
 * Claims: a dispatcher takes due deliveries, lane by lane, as far as each lane has room.
 */
import { timeOfId } from "@stellwerk/delivery";
import type { Database, Queryable } from "./database.ts";
import { patiently } from "./patiently.ts";
import { sqlFile } from "./sql-file.ts";

const claimDueDeliveriesStatement = sqlFile("claim-due-deliveries");
const nextDueOfLanesStatement = sqlFile("next-due-of-lanes");
const waitingLanesStatement = sqlFile("waiting-lanes");
const releaseClaimsStatement = sqlFile("release-claims");
const releaseUnknownClaimsStatement = sqlFile("release-unknown-claims");
const oldestQueuedEvent = sqlFile("oldest-queued-event");
const lockPartitionsOfDispatcher = sqlFile("lock-partitions-of-dispatcher");

export interface LaneRoom {
  readonly partition: number;
  readonly epoch: number;
  readonly subscriptionId: string;
  /** Most deliveries to take. */
  readonly room: number;
  /** Bytes of event bodies to take: stops at the delivery that passes them. */
  readonly bodyRoom: number;
}

export interface ClaimedDelivery {
  readonly deliveryId: string;
  readonly accountId: string;
  readonly partition: number;
  readonly epoch: number;
  readonly subscriptionId: string;
  readonly subscriptionVersion: number;
  readonly key: string;
  /** Attempts made before this one. */
  readonly attempts: number;
  readonly ageMs: number;
  /** By the database's clock, as is the time of a resume. */
  readonly createdAt: Date;
  /** Its place in its partition. */
  readonly seq: number;
  /** Its subject over its connection: those of one key run in the order of `seq`. Null: unordered. */
  readonly orderKey: string | null;
  /** An attempt was started and its outcome never written, so nobody knows whether it arrived. */
  readonly startedAt: Date | null;
  readonly startedAgoMs: number | null;
  /** Its row says that its start is marked: then only a mark makes it possibly sent. */
  readonly marksStart?: boolean;
  /** Until then its change may have been taken back. */
  readonly settleUntil: Date | null;
  readonly event: {
    readonly id: string;
    readonly sourceId: string | null;
    readonly type: string;
    readonly subject: string | null;
    readonly time: Date;
    readonly contentType: string;
    /** The span that routed it, or what it came with: every attempt goes on from there. */
    readonly traceparent?: string | null;
    readonly body: Buffer;
  };
  /** Instead of its version's, when somebody edited it before it was sent again. */
  readonly input?: unknown;
  /** The event is past its retention and was dropped: there is nothing to send. */
  readonly eventGone?: boolean;
}

interface ClaimedRow {
  delivery_id: string;
  account_id: string;
  partition: number;
  epoch: number;
  subscription_id: string;
  subscription_version: number;
  event_id: string;
  key: string;
  attempts: number;
  age_ms: number;
  created_at: Date;
  seq: number;
  order_key: string | null;
  started_at: Date | null;
  started_ago_ms: number | null;
  marks_start: boolean;
  settle_until: Date | null;
  input: unknown;
  /** These are null when the event is gone. */
  source_id: string | null;
  type: string | null;
  subject: string | null;
  time: Date | null;
  content_type: string | null;
  traceparent: string | null;
  body: Buffer | null;
}

export interface WaitingLane {
  readonly partition: number;
  readonly subscriptionId: string;
  readonly accountId: string;
  readonly dueInMs: number;
  /** Since when its first has been due; 0 when it is not due yet. */
  readonly overdueMs: number;
}

/** Stops at the delivery whose event's body passes `maxBodyBytes`. */
export async function claimDueDeliveries(
  db: Queryable,
  dispatcherId: string,
  lanes: readonly LaneRoom[],
  maxBodyBytes = Number.MAX_SAFE_INTEGER,
): Promise<ClaimedDelivery[]> {
  const rows = await db.query<ClaimedRow>(claimDueDeliveriesStatement, [
    dispatcherId,
    lanes.map((lane) => lane.partition),
    lanes.map((lane) => lane.epoch),
    lanes.map((lane) => lane.subscriptionId),
    lanes.map((lane) => lane.room),
    lanes.map((lane) => lane.bodyRoom),
    maxBodyBytes,
  ]);
  return rows.map((row) => ({
    deliveryId: row.delivery_id,
    accountId: row.account_id,
    partition: row.partition,
    epoch: row.epoch,
    subscriptionId: row.subscription_id,
    subscriptionVersion: row.subscription_version,
    key: row.key,
    attempts: row.attempts,
    ageMs: row.age_ms,
    createdAt: row.created_at,
    seq: row.seq,
    orderKey: row.order_key,
    startedAt: row.started_at,
    startedAgoMs: row.started_ago_ms,
    marksStart: row.marks_start,
    settleUntil: row.settle_until,
    event: {
      id: row.event_id,
      sourceId: row.source_id,
      type: row.type ?? "",
      subject: row.subject,
      time: row.time ?? new Date(0),
      contentType: row.content_type ?? "",
      traceparent: row.traceparent,
      body: row.body ?? Buffer.alloc(0),
    },
    input: row.input ?? undefined,
    eventGone: row.body === null,
  }));
}

/**
 * Milliseconds until each lane's next unclaimed delivery; Infinity when all that wait are behind others of their
 * subjects. A lane where nothing waits is missing.
 */
export async function nextDueOfLanes(
  db: Queryable,
  lanes: readonly { readonly partition: number; readonly subscriptionId: string }[],
): Promise<Map<string, number>> {
  const rows = await db.query<{ subscription_id: string; due_in_ms: number | null }>(
    nextDueOfLanesStatement,
    [lanes.map((lane) => lane.partition), lanes.map((lane) => lane.subscriptionId)],
  );
  return new Map(rows.map((row) => [row.subscription_id, row.due_in_ms ?? Number.POSITIVE_INFINITY]));
}

/** Every lane of these partitions that has something waiting, and when its first is due. */
export async function waitingLanes(db: Queryable, partitions: readonly number[]): Promise<WaitingLane[]> {
  const rows = await db.query<{
    partition: number;
    subscription_id: string;
    account_id: string;
    due_in_ms: number;
    overdue_ms: number;
  }>(waitingLanesStatement, [partitions]);
  return rows.map((row) => ({
    partition: row.partition,
    subscriptionId: row.subscription_id,
    accountId: row.account_id,
    dueInMs: row.due_in_ms,
    overdueMs: row.overdue_ms,
  }));
}

/** Gives back what was claimed but never started. */
export async function releaseClaims(
  db: Queryable,
  dispatcherId: string,
  claims: readonly { readonly deliveryId: string; readonly partition: number; readonly epoch: number }[],
): Promise<void> {
  await db.query(releaseClaimsStatement, [
    dispatcherId,
    claims.map((claim) => claim.deliveryId),
    claims.map((claim) => claim.partition),
    claims.map((claim) => claim.epoch),
  ]);
}

/**
 * Gives back what the store says is ours but we do not know of: the reply to a claim or a commit was lost.
 * Nothing else of this dispatcher may claim meanwhile. Reads the whole backlog of its partitions, so it is
 * for after a failure only.
 */
export async function releaseUnknownClaims(
  db: Database,
  dispatcherId: string,
  heldDeliveryIds: readonly string[],
): Promise<void> {
  await patiently(db, (patient) =>
    patient.transaction(async (tx) => {
      // Waits until a transaction that is still under way on a connection we lost has ended.
      await tx.query(lockPartitionsOfDispatcher, [dispatcherId]);
      await tx.query(releaseUnknownClaimsStatement, [dispatcherId, heldDeliveryIds]);
    }),
  );
}

/** When the oldest event that a delivery still waits for was made, or undefined when nothing waits. */
export async function oldestQueuedAt(db: Database): Promise<Date | undefined> {
  const [row] = await patiently(db, (patient) => patient.query<{ event_id: string }>(oldestQueuedEvent));
  return row === undefined ? undefined : new Date(timeOfId(row.event_id));
}
