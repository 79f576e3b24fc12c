/**
 * Who may send: a partition belongs to one dispatcher at a time, by epoch. What a dispatcher may take is decided by
 * itself, from what `readOwnership` says; that it took it is decided here, by locks. docs/decisions/0017.
 */
import type { Database, Queryable } from "./database.ts";
import { notify, OWNERSHIP_CHANNEL } from "./notify.ts";
import { patiently } from "./patiently.ts";
import { sqlFile } from "./sql-file.ts";

const registerDispatcherStatement = sqlFile("register-dispatcher");
const heartbeatStatement = sqlFile("heartbeat");
const readOwnershipStatement = sqlFile("read-ownership");
const putOutDispatchers = sqlFile("put-out-dispatchers");
const acquirePartitionsStatement = sqlFile("acquire-partitions");
const takePartitionsStatement = sqlFile("take-partitions");
const requeueOlderEpochs = sqlFile("requeue-older-epochs");
const wishPartitionsStatement = sqlFile("wish-partitions");
const releasePartitionsStatement = sqlFile("release-partitions");
const forgetDispatcherStatement = sqlFile("forget-dispatcher");
const forgetSilentDispatchers = sqlFile("forget-silent-dispatchers");

/** A row that a process holds which was cut off is free again when PostgreSQL ends its transaction, after 5 s. */
const LOCK_WAIT = "SET LOCAL lock_timeout = '6s'";

export interface OwnedPartition {
  readonly partition: number;
  readonly epoch: number;
}

export interface DispatcherProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Where the pid means something; null: nobody can tell by it whether the process lives. */
  readonly machine?: string | null;
}

export interface SeenPartition extends OwnedPartition {
  readonly ownerId: string | null;
  /** Whom the bus brings its events to. */
  readonly wantedBy: string | null;
}

export interface SeenDispatcher {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly machine: string | null;
  /** Exactly, by the database's clock. */
  readonly heartbeat: string;
  readonly silentMs: number;
}

export interface SeenOwnership {
  readonly partitions: readonly SeenPartition[];
  readonly dispatchers: readonly SeenDispatcher[];
}

export interface AcquiredPartition extends OwnedPartition {
  /** The one before said that it left nothing claimed. */
  readonly clean: boolean;
  /** Who had it and never gave it away. */
  readonly previousId: string | null;
}

export interface Takeover<Partition extends OwnedPartition = AcquiredPartition> {
  readonly partitions: readonly Partition[];
  /** Deliveries that the dispatcher before us had in hand: they wait again, marked possibly sent. */
  readonly requeued: number;
}

export interface ReleasedPartition extends OwnedPartition {
  /** Nothing of it is left claimed. */
  readonly clean: boolean;
}

export async function registerDispatcher(db: Queryable, dispatcher: DispatcherProcess): Promise<void> {
  const { id, host, pid, machine } = dispatcher;
  await db.query(registerDispatcherStatement, [id, host, pid, machine ?? null]);
}

/** Says that this dispatcher lives. False: somebody thought it dead, and what it owned is no longer its own. */
export async function heartbeat(db: Queryable, dispatcherId: string): Promise<boolean> {
  return (await db.query(heartbeatStatement, [dispatcherId])).length > 0;
}

export async function readOwnership(db: Queryable): Promise<SeenOwnership> {
  const [row] = await db.query<SeenOwnership>(readOwnershipStatement);
  return row ?? { partitions: [], dispatchers: [] };
}

/** Says what this dispatcher wants: `given` is new, `wanted` is all of it. */
export function wishPartitions(
  db: Database,
  dispatcherId: string,
  { given, wanted }: { readonly given: readonly number[]; readonly wanted: readonly number[] },
): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query(LOCK_WAIT);
    const changed = await tx.query(wishPartitionsStatement, [dispatcherId, given, wanted]);
    if (changed.length > 0) await notify(tx, OWNERSHIP_CHANNEL, "");
  });
}

/**
 * Takes those of the partitions that are nobody's, each with a new epoch, after putting out those of `dead` that have
 * not been heard of since. What a dispatcher that died had claimed waits again.
 */
export function acquirePartitions(
  db: Database,
  dispatcherId: string,
  partitions: readonly OwnedPartition[],
  dead: readonly Pick<SeenDispatcher, "id" | "heartbeat">[],
): Promise<Takeover> {
  return patiently(db, (patient) =>
    patient.transaction(async (tx) => {
      if (dead.length > 0) {
        await tx.query(putOutDispatchers, [dead.map((each) => each.id), dead.map((each) => each.heartbeat)]);
      }
      const acquired = await tx.query<AcquiredPartition>(acquirePartitionsStatement, [
        dispatcherId,
        partitions.map((each) => each.partition),
        partitions.map((each) => each.epoch),
      ]);
      const requeued = await requeue(
        tx,
        dispatcherId,
        acquired.filter((each) => !each.clean),
      );
      await tx.query(forgetSilentDispatchers);
      return { partitions: acquired, requeued };
    }),
  );
}

/** Takes every partition from whoever has it: for tools, which are alone. */
export function takePartitions(
  db: Database,
  dispatcher: DispatcherProcess,
): Promise<Takeover<OwnedPartition>> {
  return patiently(db, (patient) =>
    patient.transaction(async (tx) => {
      await registerDispatcher(tx, dispatcher);
      const partitions = await tx.query<OwnedPartition>(takePartitionsStatement, [dispatcher.id]);
      return { partitions, requeued: await requeue(tx, dispatcher.id, partitions) };
    }),
  );
}

/** Separate from the taking, so that it sees what the owner before us committed while we waited for its lock. */
async function requeue(
  tx: Queryable,
  dispatcherId: string,
  partitions: readonly OwnedPartition[],
): Promise<number> {
  if (partitions.length === 0) return 0;
  const [row] = await tx.query<{ requeued: number }>(requeueOlderEpochs, [
    dispatcherId,
    partitions.map((each) => each.partition),
  ]);
  return row?.requeued ?? 0;
}

/** Gives partitions away; whoever wants them hears of it. */
export function releasePartitions(
  db: Database,
  dispatcherId: string,
  released: readonly ReleasedPartition[],
): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query(releasePartitionsStatement, [
      dispatcherId,
      released.map((each) => each.partition),
      released.map((each) => each.epoch),
      released.map((each) => each.clean),
    ]);
    await notify(tx, OWNERSHIP_CHANNEL, "");
  });
}

/** It has stopped: what it still owned is nobody's, and looked after by whoever takes it. */
export function forgetDispatcher(db: Database, dispatcherId: string): Promise<void> {
  return db.transaction(async (tx) => {
    await tx.query(forgetDispatcherStatement, [dispatcherId]);
    await notify(tx, OWNERSHIP_CHANNEL, "");
  });
}
