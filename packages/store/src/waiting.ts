/** What a person may do with a delivery that waits: have it sent now, or drop it. */
import type { Queryable } from "./database.ts";
import { notify, QUEUE_CHANNEL } from "./notify.ts";
import { lockPartitions, promoteAndTell } from "./order.ts";
import { sqlFile } from "./sql-file.ts";

const cancelDeliveryStatement = sqlFile("cancel-delivery");
const runDeliveryStatement = sqlFile("run-delivery");

export interface WaitingDelivery {
  readonly accountId: string;
  readonly id: string;
  /** The partition of the account. */
  readonly partition: number;
}

/** False: it does not wait any more, is on its way, or nobody knows whether it arrived. Those behind it go on. */
export async function cancelDelivery(
  tx: Queryable,
  { accountId, id, partition }: WaitingDelivery,
  detail: string,
): Promise<boolean> {
  await lockPartitions(tx, [partition]);
  const rows = await tx.query<{ partition: number; orderKey: string | null }>(cancelDeliveryStatement, [
    accountId,
    id,
    detail,
  ]);
  const subjects = rows.flatMap((row) => (row.orderKey === null ? [] : [{ ...row, orderKey: row.orderKey }]));
  await promoteAndTell(tx, subjects);
  return rows.length === 1;
}

/** False: as for `cancelDelivery`, or another one of its subject goes first. Its partition's owner hears of it. */
export async function runDelivery(
  tx: Queryable,
  { accountId, id, partition }: WaitingDelivery,
): Promise<boolean> {
  const rows = await tx.query(runDeliveryStatement, [accountId, id]);
  if (rows.length === 1) await notify(tx, QUEUE_CHANNEL, String(partition));
  return rows.length === 1;
}
