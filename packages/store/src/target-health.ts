/**
 * How targets do: an open breaker stays open over a restart and a takeover. Only targets that fail have a row.
 */
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import type { OwnedPartition } from "./ownership.ts";
import { sqlFile } from "./sql-file.ts";

const keepTargetHealthStatement = sqlFile("keep-target-health");
const loadTargetHealthStatement = sqlFile("load-target-health");

export interface TargetHealth extends OwnedPartition {
  readonly subscriptionId: string;
  readonly accountId: string;
  /** Null: it does well again. */
  readonly failing: {
    readonly breaker: "closed" | "open" | "half_open";
    readonly failingSince: Date;
    readonly openedAt: Date | null;
    /** When the open breaker lets the next one try. */
    readonly probeAt: Date | null;
    /** Of the last failure; null keeps the one before. */
    readonly reason: string | null;
    /** The breaker as `packages/delivery` writes it down. */
    readonly snapshot: unknown;
  } | null;
}

export async function keepTargetHealth(
  tx: Queryable,
  dispatcherId: string,
  changes: readonly TargetHealth[],
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ failing, ...change }) => ({
    subscription_id: change.subscriptionId,
    account_id: change.accountId,
    partition: change.partition,
    epoch: change.epoch,
    breaker: failing?.breaker,
    failing_since: failing?.failingSince,
    opened_at: failing?.openedAt,
    probe_at: failing?.probeAt,
    reason: failing?.reason,
    snapshot: failing?.snapshot,
  }));
  await tx.query(keepTargetHealthStatement, [dispatcherId, jsonParameter(rows)]);
}

export interface KeptTargetHealth {
  readonly subscriptionId: string;
  readonly accountId: string;
  readonly partition: number;
  readonly snapshot: unknown;
}

/** Of every target of these partitions that fails. */
export function loadTargetHealth(db: Queryable, partitions: readonly number[]): Promise<KeptTargetHealth[]> {
  return db.query(loadTargetHealthStatement, [partitions]);
}
