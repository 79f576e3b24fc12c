/**
 * Who may send: a partition belongs to one dispatcher at a time, by epoch.
 * One dispatcher takes them all; sharing and handing over between several comes with issue 7.
 */
import type { Database, Queryable } from "./database.ts";
import { patiently } from "./patiently.ts";
import { sqlFile } from "./sql-file.ts";

const registerDispatcher = sqlFile("register-dispatcher");
const takePartitionsStatement = sqlFile("take-partitions");
const requeueOlderEpochs = sqlFile("requeue-older-epochs");
const heartbeatStatement = sqlFile("heartbeat");
const forgetSilentDispatchers = sqlFile("forget-silent-dispatchers");
const ownedPartitionsStatement = sqlFile("owned-partitions");
const releasePartitionsStatement = sqlFile("release-partitions");

export interface OwnedPartition {
  readonly partition: number;
  readonly epoch: number;
}

export interface Takeover {
  readonly partitions: readonly OwnedPartition[];
  /** Deliveries that the dispatcher before us had in hand: they wait again, marked possibly sent. */
  readonly requeued: number;
}

/**
 * Registers the dispatcher and takes every partition with a new epoch. From then on whoever held
 * them cannot write; what it had claimed waits again.
 */
export function takePartitions(
  db: Database,
  dispatcher: { readonly id: string; readonly host: string; readonly pid: number },
): Promise<Takeover> {
  return patiently(db, (patient) =>
    patient.transaction(async (tx) => {
      await tx.query(registerDispatcher, [dispatcher.id, dispatcher.host, dispatcher.pid]);
      const partitions = await tx.query<OwnedPartition>(takePartitionsStatement, [dispatcher.id]);
      // Separate, so that it sees what the owner before us committed while we waited for its lock.
      const [row] = await tx.query<{ requeued: number }>(requeueOlderEpochs, [dispatcher.id]);
      await tx.query(forgetSilentDispatchers);
      return { partitions, requeued: row?.requeued ?? 0 };
    }),
  );
}

/** Says that this dispatcher lives, and answers what it still owns. */
export async function heartbeat(db: Queryable, dispatcherId: string): Promise<OwnedPartition[]> {
  await db.query(heartbeatStatement, [dispatcherId]);
  return db.query<OwnedPartition>(ownedPartitionsStatement, [dispatcherId]);
}

export async function releasePartitions(db: Queryable, dispatcherId: string): Promise<void> {
  await db.query(releasePartitionsStatement, [dispatcherId]);
}
