/**
 * Routing: a bus batch becomes events and, for those that are new, their deliveries,
 * in one transaction with the offset it reaches.
 */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const lockOwnedPartitionsStatement = sqlFile("lock-owned-partitions");
const lockRoutedPartitionsStatement = sqlFile("lock-routed-partitions");
const advanceRoutedPartitionsStatement = sqlFile("advance-routed-partitions");
const routedOffsetStatement = sqlFile("routed-offset");
const accountRevisionsStatement = sqlFile("account-revisions");
const insertRoutedEventsStatement = sqlFile("insert-routed-events");

export interface RoutedEvent {
  readonly id: string;
  readonly accountId: string;
  readonly sourceId: string;
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
}

export interface RoutedPartition {
  readonly partition: number;
  readonly nextOffset: number;
  readonly lastSeq: number;
}

/** Locks the rows of what `dispatcherId` still owns at these epochs, and answers which those are. */
export async function lockOwnedPartitions(
  tx: Queryable,
  dispatcherId: string,
  held: readonly OwnedPartition[],
): Promise<Set<number>> {
  const rows = await tx.query<{ partition: number }>(lockOwnedPartitionsStatement, [
    dispatcherId,
    held.map((each) => each.partition),
    held.map((each) => each.epoch),
  ]);
  return new Set(rows.map((row) => row.partition));
}

export async function lockRoutedPartitions(
  tx: Queryable,
  partitions: readonly number[],
): Promise<RoutedPartition[]> {
  const rows = await tx.query<{ partition: number; next_offset: number; last_seq: number }>(
    lockRoutedPartitionsStatement,
    [partitions],
  );
  return rows.map((row) => ({
    partition: row.partition,
    nextOffset: row.next_offset,
    lastSeq: row.last_seq,
  }));
}

export async function advanceRoutedPartitions(
  tx: Queryable,
  partitions: readonly RoutedPartition[],
): Promise<void> {
  await tx.query(advanceRoutedPartitionsStatement, [
    partitions.map((each) => each.partition),
    partitions.map((each) => each.nextOffset),
    partitions.map((each) => each.lastSeq),
  ]);
}

/** The next bus offset to route, or undefined when nothing of the partition was routed yet. */
export async function routedOffset(db: Queryable, partition: number): Promise<bigint | undefined> {
  const [row] = await db.query<{ next_offset: number }>(routedOffsetStatement, [partition]);
  return row === undefined || row.next_offset === 0 ? undefined : BigInt(row.next_offset);
}

/** Current revision by account id; an account that does not exist is missing. */
export async function accountRevisions(
  tx: Queryable,
  accountIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; revision: number }>(accountRevisionsStatement, [accountIds]);
  return new Map(rows.map((row) => [row.id, row.revision]));
}

/** Answers the ids of the events that were new; deliveries of the others were not made. */
export async function insertRoutedEvents(
  tx: Queryable,
  events: readonly RoutedEvent[],
  deliveries: readonly RoutedDelivery[],
): Promise<Set<string>> {
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
  }));
  const rows = await tx.query<{ id: string }>(insertRoutedEventsStatement, [
    jsonParameter(eventRows),
    // One binary parameter: bodies inside an array or JSON would be written as text and parsed again.
    Buffer.concat(events.map((event) => event.body)),
    jsonParameter(deliveryRows),
  ]);
  return new Set(rows.map((row) => row.id));
}
