/**
 * Order: deliveries of one subject run one at a time, over all ordered subscriptions of one connection. Only the
 * first of them may be claimed; the others are `behind`, due at infinity, until it has left the queue.
 *
 * Whoever removes an ordered row does it in three steps, in one transaction:
 *
 * 1. `lockPartitions`. A router holds the same lock, so it has either committed, and step 3 sees what it put behind
 *    the row that goes, or it waits and sees that the row is gone. Without it the two pass each other by, and what
 *    was put behind a row that is gone waits for ever. Taken before the lock of the partition's owner; who takes a
 *    partition over must not wait for this one while holding the owner's.
 * 2. The removal.
 * 3. `promoteNext`, and once it is committed a word to the lanes it answers.
 */
import type { Database, Queryable } from "./database.ts";
import { notify, QUEUE_CHANNEL } from "./notify.ts";
import { patiently } from "./patiently.ts";
import { sqlFile } from "./sql-file.ts";

const lockPartitionsStatement = sqlFile("lock-partitions");
const promoteNextStatement = sqlFile("promote-next");
const strandedSubjects = sqlFile("stranded-subjects");

/** One subject of one connection, in its partition. */
export interface OrderedSubject {
  readonly partition: number;
  readonly orderKey: string;
}

/** A delivery that became the first of its subject. */
export interface Promoted {
  readonly partition: number;
  readonly accountId: string;
  readonly subscriptionId: string;
  /** Null: it is held. */
  readonly dueInMs: number | null;
}

/** Nothing is routed to these partitions, and nobody else removes an ordered row, until the transaction ends. */
export async function lockPartitions(tx: Queryable, partitions: Iterable<number>): Promise<void> {
  await tx.query(lockPartitionsStatement, [[...new Set(partitions)]]);
}

/** The first of each subject may go on, if it is not the one that did already. */
export async function promoteNext(tx: Queryable, subjects: readonly OrderedSubject[]): Promise<Promoted[]> {
  if (subjects.length === 0) return [];
  return tx.query<Promoted>(promoteNextStatement, [
    subjects.map((each) => each.partition),
    subjects.map((each) => each.orderKey),
  ]);
}

/** The same where no dispatcher is at hand: whoever owns the partitions hears of it when this is committed. */
export async function promoteAndTell(tx: Queryable, subjects: readonly OrderedSubject[]): Promise<number> {
  const promoted = await promoteNext(tx, subjects);
  for (const partition of new Set(promoted.map((each) => each.partition))) {
    await notify(tx, QUEUE_CHANNEL, String(partition));
  }
  return promoted.length;
}

/**
 * A net: the first of a subject that is behind nobody goes on. Nothing of this version leaves one like that; the
 * version before ours does, when it ends a delivery while both serve.
 */
export async function promoteStranded(db: Database, partitions: readonly number[]): Promise<number> {
  const found = await patiently(db, (patient) =>
    patient.query<OrderedSubject>(strandedSubjects, [partitions]),
  );
  if (found.length === 0) return 0;
  return db.transaction(async (tx) => {
    await lockPartitions(
      tx,
      found.map((each) => each.partition),
    );
    return promoteAndTell(tx, found);
  });
}
