/**
 * Pauses that the dispatcher makes: a target that says it is gone, refuses who we are, or has done nothing but fail.
 * A pause is one row, so a million waiting deliveries are not touched by it.
 */
import { raiseRevision } from "./accounts.ts";
import type { Database } from "./database.ts";
import { cleanText } from "./json-parameter.ts";
import { insertOperations, type OperationsEvent } from "./operations.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const pauseSubscription = sqlFile("pause-subscription");
const pauseConnection = sqlFile("pause-connection");

export interface TargetPause extends OwnedPartition {
  readonly accountId: string;
  readonly of: "subscription" | "connection";
  readonly id: string;
  /** Pauses this version only; null: whichever it has. */
  readonly version: number | null;
  /** A code, such as `gone`. */
  readonly reason: string;
  readonly detail: string;
  /** Told in the same transaction. */
  readonly operations: readonly OperationsEvent[];
}

/** False: it is paused already, was changed or deleted meanwhile, or the partition belongs to somebody else. */
export function pauseTarget(db: Database, dispatcherId: string, pause: TargetPause): Promise<boolean> {
  return db.transaction(async (tx) => {
    // First, because every change of the configuration begins with this lock.
    await raiseRevision(tx, pause.accountId);
    const statement = pause.of === "subscription" ? pauseSubscription : pauseConnection;
    const paused = await tx.query(statement, [
      dispatcherId,
      pause.partition,
      pause.epoch,
      pause.accountId,
      pause.id,
      pause.version,
      cleanText(pause.reason),
      cleanText(pause.detail),
    ]);
    if (paused.length === 0) return false;
    await insertOperations(tx, pause.operations);
    return true;
  });
}
