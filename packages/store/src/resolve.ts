/** What a person decides about a delivery that is held, or of which nobody knows whether it arrived. */
import type { Queryable } from "./database.ts";
import { notify, QUEUE_CHANNEL } from "./notify.ts";
import { lockPartitions, promoteAndTell } from "./order.ts";
import { sqlFile } from "./sql-file.ts";
import type { WaitingDelivery } from "./waiting.ts";

const resolveEndedStatement = sqlFile("resolve-ended");
const resolveSendStatement = sqlFile("resolve-send");
const releaseHeldStatement = sqlFile("release-held-of-subscription");

export type Resolution = "delivered" | "send" | "drop";

/**
 * False: it is neither held nor in doubt, because somebody else was faster, or it is on its way. Of two people one gets
 * true. Those behind it go on, and its partition's owner hears of it.
 */
export async function resolveDelivery(
  tx: Queryable,
  { accountId, id, partition }: WaitingDelivery,
  as: Resolution,
  detail: string,
): Promise<boolean> {
  if (as === "send") {
    const sent = await tx.query(resolveSendStatement, [accountId, id, "send_decided", detail]);
    if (sent.length === 1) await notify(tx, QUEUE_CHANNEL, String(partition));
    return sent.length === 1;
  }
  await lockPartitions(tx, [partition]);
  const [state, reason] = as === "delivered" ? ["delivered", "settled"] : ["dead", "dropped"];
  const rows = await tx.query<{ partition: number; orderKey: string | null }>(resolveEndedStatement, [
    accountId,
    id,
    state,
    reason,
    detail,
  ]);
  const subjects = rows.flatMap((row) => (row.orderKey === null ? [] : [{ ...row, orderKey: row.orderKey }]));
  await promoteAndTell(tx, subjects);
  return rows.length === 1;
}

/** Nobody can decide for a subscription that was deleted: its partition's owner ends what was held. */
export async function releaseHeld(
  tx: Queryable,
  lane: { readonly accountId: string; readonly subscriptionId: string; readonly partition: number },
): Promise<void> {
  await tx.query(releaseHeldStatement, [lane.partition, lane.accountId, lane.subscriptionId]);
  await notify(tx, QUEUE_CHANNEL, String(lane.partition));
}
