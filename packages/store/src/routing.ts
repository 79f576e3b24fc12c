/**
 * Routing: a bus batch becomes events and, for those that are new, their deliveries,
 * in one transaction with the offset it reaches.
 */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const lockRoutingStatement = sqlFile("lock-routing");
const routedOffsetStatement = sqlFile("routed-offset");
const routedOffsetsStatement = sqlFile("routed-offsets");
const insertRoutedEventsStatement = sqlFile("insert-routed-events");

export interface RoutedEvent {
  readonly id: string;
  readonly accountId: string;
  /** Null: an operations event, which has none. */
  readonly sourceId: string | null;
  readonly type: string;
  readonly subject: string | null;
  readonly time: Date;
  readonly receivedAt: Date;
  readonly contentType: string;
  readonly title: string | null;
  readonly domain: string | null;
  /** The account's configuration revision it was matched with. */
  readonly revision: number;
  readonly traceparent: string | null;
  readonly body: Buffer;
}

export interface RoutedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly subscriptionVersion: number;
  readonly connectionId: string;
  readonly partition: number;
  readonly seq: number;
  /** The claim goes in with the row when its router runs it at once. */
  readonly claimedEpoch: number | null;
  /** It was routed, and perhaps sent, before the database was restored. */
  readonly possiblySent?: boolean;
  /** Why it waits for a person instead of being sent. */
  readonly held?: { readonly reason: string; readonly detail: string } | undefined;
  /** As if it had been started now, and nobody knew how that ended: settled before anything is sent. */
  readonly inDoubt?: boolean;
  /** It waits for those of its subject before it, over all ordered subscriptions of its connection. */
  readonly ordered?: boolean;
  /** How long its change may be taken back: it is not due before. */
  readonly settleMs?: number | null;
  /** Its start is written down before its call, because it may not simply be repeated. */
  readonly marksStart?: boolean;
}

export interface RoutedPartition {
  readonly partition: number;
  /** Of the events topic. */
  readonly nextOffset: number;
  /** Of the operations topic, which is routed by the same hands. */
  readonly nextOperationsOffset: number;
  readonly lastSeq: number;
}

export interface RoutingLock {
  /** Those of the held partitions that are still ours at their epochs. */
  readonly owned: ReadonlySet<number>;
  readonly routed: readonly RoutedPartition[];
  /** By account id; an account that does not exist is missing. */
  readonly revisions: ReadonlyMap<string, number>;
}

export interface RoutingScope {
  readonly dispatcherId: string;
  readonly held: readonly OwnedPartition[];
  readonly partitions: readonly number[];
  readonly accountIds: readonly string[];
}

/** Locks the owner rows of what is held and the routed offsets, until the transaction ends. */
export async function lockRouting(tx: Queryable, scope: RoutingScope): Promise<RoutingLock> {
  const [row] = await tx.query<{
    owned: number[];
    routed: RoutedPartition[];
    revisions: Record<string, number>;
  }>(lockRoutingStatement, [
    scope.dispatcherId,
    scope.held.map((each) => each.partition),
    scope.held.map((each) => each.epoch),
    scope.partitions,
    scope.accountIds,
  ]);
  return {
    owned: new Set(row?.owned),
    routed: row?.routed ?? [],
    revisions: new Map(Object.entries(row?.revisions ?? {})),
  };
}

/**
 * The next bus offset to route; undefined for a partition that this installation does not have.
 *
 * 0 is an answer too. Without it the bus would go on at the group's commit, and a database that was restored to a
 * time before the partition's first event would never see what came since.
 */
export async function routedOffset(
  db: Queryable,
  topic: "events" | "operations",
  partition: number,
): Promise<bigint | undefined> {
  const [row] = await db.query<{ nextOffset: number; nextOperationsOffset: number }>(routedOffsetStatement, [
    partition,
  ]);
  if (row === undefined) return undefined;
  return BigInt(topic === "events" ? row.nextOffset : row.nextOperationsOffset);
}

/** The next bus offsets of every partition. */
export async function routedOffsets(
  db: Queryable,
): Promise<{ partition: number; nextOffset: number; nextOperationsOffset: number }[]> {
  return db.query(routedOffsetsStatement);
}

export interface RoutedPlace {
  readonly orderKey: string;
  /** Another one of its subject is before it: its claim was not written. */
  readonly behind: boolean;
}

export interface RoutedRows {
  /** Ids of the events that were new; deliveries of the others were not made. */
  readonly inserted: ReadonlySet<string>;
  /** The ordered deliveries that were made, by id. */
  readonly ordered: ReadonlyMap<string, RoutedPlace>;
}

/**
 * Stores events, their deliveries and how far their partitions are routed. The caller holds the routing lock:
 * without it, who is behind whom is a guess.
 */
export async function insertRoutedEvents(
  tx: Queryable,
  events: readonly RoutedEvent[],
  deliveries: readonly RoutedDelivery[],
  reached: readonly RoutedPartition[],
): Promise<RoutedRows> {
  let bodyFrom = 1;
  const eventRows = events.map((event) => {
    const row = {
      id: event.id,
      account_id: event.accountId,
      source_id: event.sourceId,
      type: event.type,
      subject: event.subject,
      time: event.time,
      received_at: event.receivedAt,
      content_type: event.contentType,
      title: event.title,
      domain: event.domain,
      revision: event.revision,
      traceparent: event.traceparent,
      body_from: bodyFrom,
      body_length: event.body.length,
    };
    bodyFrom += event.body.length;
    return row;
  });
  const deliveryRows = deliveries.map((delivery) => ({
    id: delivery.id,
    account_id: delivery.accountId,
    event_id: delivery.eventId,
    subscription_id: delivery.subscriptionId,
    subscription_version: delivery.subscriptionVersion,
    connection_id: delivery.connectionId,
    partition: delivery.partition,
    seq: delivery.seq,
    claimed_epoch: delivery.claimedEpoch,
    possibly_sent: delivery.possiblySent === true,
    held: delivery.held !== undefined,
    in_doubt: delivery.inDoubt === true,
    reason: delivery.held?.reason,
    detail: delivery.held?.detail,
    ordered: delivery.ordered === true,
    settle_ms: delivery.settleMs,
    marks_start: delivery.marksStart === true,
  }));
  const rows = await tx.query<{ id: string; order_key: string | null; behind: boolean | null }>(
    insertRoutedEventsStatement,
    [
      jsonParameter(eventRows),
      // One binary parameter: bodies inside an array or JSON would be written as text and parsed again.
      Buffer.concat(events.map((event) => event.body)),
      jsonParameter(deliveryRows),
      reached.map((each) => each.partition),
      reached.map((each) => each.nextOffset),
      reached.map((each) => each.nextOperationsOffset),
      reached.map((each) => each.lastSeq),
    ],
  );
  const inserted = new Set<string>();
  const ordered = new Map<string, RoutedPlace>();
  for (const { id, order_key: orderKey, behind } of rows) {
    if (orderKey === null) inserted.add(id);
    else ordered.set(id, { orderKey, behind: behind === true });
  }
  return { inserted, ordered };
}
