/** Deliveries that somebody asked for: new rows, put at the tail of their partition. */
import { newUuid } from "@stellwerk/delivery";
import type { Queryable } from "./database.ts";
import type { FinalDeliveryState } from "./delivery-log.ts";
import { jsonParameter } from "./json-parameter.ts";
import { notify, QUEUE_CHANNEL } from "./notify.ts";
import { lockPartitions } from "./order.ts";
import { firstIdAt, LAST_ID } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const insertRequestedDeliveryStatement = sqlFile("insert-requested-delivery");
const findDeliveryRuleStatement = sqlFile("find-delivery-rule");
const listResendableDeliveriesStatement = sqlFile("list-resendable-deliveries", { prepare: false });
const insertResentDeliveriesStatement = sqlFile("insert-resent-deliveries", { prepare: false });
const enqueueDeliveriesStatement = sqlFile("enqueue-deliveries", { prepare: false });
const lockResendsStatement = sqlFile("lock-resends");

export interface RequestedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly subscriptionVersion: number;
  readonly connectionId: string;
  /** The first delivery's to send the same again, its own id to send it as new. */
  readonly key: string;
  /** The partition of the account. */
  readonly partition: number;
  /** Its action may not simply be repeated. */
  readonly marksStart: boolean;
  /** What it repeats under the same key arrived, or may have. */
  readonly possiblySent?: boolean;
  /** That is looked for before it is sent. */
  readonly looksFirst?: boolean;
  /** Instead of its subscription version's; undefined or null: that one's. */
  readonly input?: unknown;
}

/** The partition's owner hears of it when the transaction is committed. */
export async function requestDelivery(tx: Queryable, delivery: RequestedDelivery): Promise<void> {
  await lockPartitions(tx, [delivery.partition]);
  const rows = await tx.query(insertRequestedDeliveryStatement, [
    delivery.id,
    delivery.accountId,
    delivery.eventId,
    delivery.subscriptionId,
    delivery.subscriptionVersion,
    delivery.connectionId,
    delivery.key,
    delivery.partition,
    delivery.input == null ? null : jsonParameter(delivery.input),
    delivery.marksStart,
    delivery.possiblySent === true,
    delivery.looksFirst === true,
  ]);
  if (rows.length !== 1)
    throw new Error(`no partition ${delivery.partition}: the installation is not prepared`);
  await notify(tx, QUEUE_CHANNEL, String(delivery.partition));
}

export interface DeliveryRule {
  readonly subscriptionVersion: number;
  readonly connectionId: string;
  readonly action: string;
  /** As it was edited for this delivery, or null. */
  readonly input: unknown;
}

/** What it is sent with; undefined when its subscription is gone. `current`: what its subscription has now. */
export async function findDeliveryRule(
  db: Queryable,
  accountId: string,
  deliveryId: string,
  mapping: "matched" | "current",
): Promise<DeliveryRule | undefined> {
  const values = [accountId, deliveryId, mapping === "current"];
  const [rule] = await db.query<DeliveryRule>(findDeliveryRuleStatement, values);
  return rule;
}

export interface ResendFilter {
  readonly state: Exclude<FinalDeliveryState, "delivered">;
  readonly subscriptionId?: string | undefined;
  readonly subject?: string | undefined;
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** How many are looked at for one resend: those that the filter leaves out cost, too. */
const WALK_ROWS = 5_000;
const MOST_WALKS = 20;

/**
 * The oldest ones behind `after` that may be sent again. `lastId` is where the next search goes on; undefined when
 * there is nothing behind it.
 */
export async function findResendable(
  db: Queryable,
  accountId: string,
  filter: ResendFilter,
  { after, limit }: { after: string | undefined; limit: number },
): Promise<{ ids: string[]; lastId: string | undefined }> {
  const { state, subscriptionId, subject, type, reason, since, until } = filter;
  const before = until === undefined ? LAST_ID : firstIdAt(new Date(until.getTime() + 1));
  const ids: string[] = [];
  let last = [after ?? "", firstIdAt(since ?? new Date(0))].toSorted().at(-1) ?? "";
  for (let walks = 0; walks < MOST_WALKS; walks += 1) {
    const values = [accountId, last, before, state, WALK_ROWS, subscriptionId, subject, type, reason];
    const rows = await db.query<{ id: string; matches: boolean }>(listResendableDeliveriesStatement, values);
    for (const { id, matches } of rows) {
      if (!matches) continue;
      // One more than wanted: the rest is for the next time.
      if (ids.length === limit) return { ids, lastId: ids.at(-1) };
      ids.push(id);
    }
    last = rows.at(-1)?.id ?? last;
    if (rows.length < WALK_ROWS) return { ids, lastId: undefined };
  }
  return { ids, lastId: last };
}

/** From here to the end of the transaction no other resend of many in this account finds anything. */
export async function lockResends(tx: Queryable, accountId: string): Promise<void> {
  await tx.query(lockResendsStatement, [accountId]);
}

export interface ResendOptions {
  /** Of what `findResendable` found, in the order in which it is to be sent. */
  readonly ids: readonly string[];
  readonly accountId: string;
  /** The partition of the account. */
  readonly partition: number;
  readonly as: "same" | "new";
  readonly mapping: "matched" | "current";
  /** Actions that may simply be repeated. */
  readonly repeatableActions: readonly string[];
  /** Actions that can look whether what may have arrived did: before they send the same again. */
  readonly lookingActions: readonly string[];
}

/** Four statements however many there are, and one word to the partition's owner. */
export async function resendDeliveries(tx: Queryable, options: ResendOptions): Promise<void> {
  const { ids, accountId, partition, as, mapping, repeatableActions, lookingActions } = options;
  if (ids.length === 0) return;
  const newIds = ids.map(() => newUuid());
  await tx.query(insertResentDeliveriesStatement, [
    accountId,
    newIds,
    ids,
    as === "same",
    mapping === "current",
  ]);
  await lockPartitions(tx, [partition]);
  const queued = await tx.query(enqueueDeliveriesStatement, [
    accountId,
    partition,
    newIds,
    repeatableActions,
    lookingActions,
  ]);
  if (queued.length === 0) throw new Error(`no partition ${partition}: the installation is not prepared`);
  await notify(tx, QUEUE_CHANNEL, String(partition));
}
