/** Subscriptions: the rules, each change kept as a version. Callers hold the account's revision. */
import type { CatchUpMode, OnRejected } from "./configuration.ts";
import type { Queryable } from "./database.ts";
import { jsonParameter } from "./json-parameter.ts";
import { onlyRow } from "./only-row.ts";
import { LAST_ID, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";
import type { Pause } from "./target-controls.ts";

const listSubscriptionsStatement = sqlFile("list-subscriptions");
const findSubscriptionStatement = sqlFile("find-subscription");
const insertSubscriptionStatement = sqlFile("insert-subscription");
const updateSubscriptionStatement = sqlFile("update-subscription");
const deleteSubscriptionStatement = sqlFile("delete-subscription");
const insertSubscriptionVersionStatement = sqlFile("insert-subscription-version");
const countWaitingDeliveriesStatement = sqlFile("count-waiting-deliveries");

export interface SubscriptionRule {
  readonly name: string;
  readonly enabled: boolean;
  readonly connectionId: string;
  readonly eventTypes: readonly string[];
  readonly action: string;
  readonly input: unknown;
  /** Null: every event of its types. */
  readonly condition: unknown;
  /** Null: the default schedule. */
  readonly retryScheduleMs: readonly number[] | null;
  /** Null: the schedule decides when it is given up. */
  readonly maxAgeMs: number | null;
  /** Sends at a time, and a second; null: what the installation allows. */
  readonly concurrency: number | null;
  readonly perSecond: number | null;
  /** One delivery of a subject at a time, over all ordered subscriptions of its connection. */
  readonly ordered: boolean;
  /** Whether one that ended as dead lets those behind it go on. */
  readonly onRejected: OnRejected;
  /** Null: nothing is waited for. */
  readonly settleMs: number | null;
}

export interface SubscriptionRow extends SubscriptionRule, Pause {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Date;
  /** Since a resume, until what waited is dealt with. */
  readonly catchUp: CatchUpMode | null;
  readonly catchUpBefore: Date | null;
  readonly catchUpPerSecond: number | null;
  /** Null, as are the next three: its target does well. */
  readonly breaker: "closed" | "open" | "half_open" | null;
  readonly failingSince: Date | null;
  readonly probeAt: Date | null;
  readonly failingReason: string | null;
}

export function listSubscriptions(db: Queryable, accountId: string, page: Page): Promise<SubscriptionRow[]> {
  return db.query(listSubscriptionsStatement, [accountId, page.before ?? LAST_ID, page.limit]);
}

export async function findSubscription(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<SubscriptionRow | undefined> {
  const [row] = await db.query<SubscriptionRow>(findSubscriptionStatement, [accountId, id]);
  return row;
}

/** `revision` is what `raiseRevision` answered in this transaction. */
export async function insertSubscription(
  tx: Queryable,
  accountId: string,
  revision: number,
  id: string,
  rule: SubscriptionRule,
): Promise<void> {
  await tx.query(insertSubscriptionStatement, [id, accountId, rule.connectionId, rule.name, rule.enabled]);
  await insertVersion(tx, accountId, revision, { id, version: 1, deleted: false, ...rule });
}

/** The caller has read `version` since it holds the revision. */
export async function updateSubscription(
  tx: Queryable,
  accountId: string,
  revision: number,
  subscription: SubscriptionRule & { id: string; version: number },
): Promise<void> {
  const { id, version, name, enabled, connectionId } = subscription;
  const rows = await tx.query<{ version: number }>(updateSubscriptionStatement, [
    accountId,
    id,
    version,
    name,
    enabled,
    connectionId,
  ]);
  await insertVersion(tx, accountId, revision, {
    ...subscription,
    version: onlyRow(rows).version,
    deleted: false,
  });
}

/** Its deliveries stay in the log. */
export async function deleteSubscription(
  tx: Queryable,
  accountId: string,
  revision: number,
  subscription: SubscriptionRule & { id: string; version: number },
): Promise<void> {
  const rows = await tx.query<{ version: number }>(deleteSubscriptionStatement, [
    accountId,
    subscription.id,
    subscription.version,
  ]);
  await insertVersion(tx, accountId, revision, {
    ...subscription,
    version: onlyRow(rows).version,
    enabled: false,
    deleted: true,
  });
}

async function insertVersion(
  tx: Queryable,
  accountId: string,
  revision: number,
  version: SubscriptionRule & { id: string; version: number; deleted: boolean },
): Promise<void> {
  await tx.query(insertSubscriptionVersionStatement, [
    version.id,
    version.version,
    accountId,
    revision,
    version.enabled,
    version.deleted,
    version.connectionId,
    version.eventTypes,
    version.action,
    jsonParameter(version.input),
    version.retryScheduleMs,
    version.maxAgeMs,
    version.concurrency,
    version.perSecond,
    version.condition === null ? null : jsonParameter(version.condition),
    version.ordered,
    version.onRejected,
    version.settleMs,
  ]);
}

/** `most + 1` when there are more than `most`: a backlog is not counted to its end. */
export async function countWaitingDeliveries(
  db: Queryable,
  lane: { partition: number; subscriptionId: string },
  most: number,
): Promise<number> {
  const rows = await db.query<{ count: number }>(countWaitingDeliveriesStatement, [
    lane.partition,
    lane.subscriptionId,
    most + 1,
  ]);
  return onlyRow(rows).count;
}
