/** A delivery that somebody asked for: a new row, put at the tail of its partition. */
import type { Queryable } from "./database.ts";
import { notify, QUEUE_CHANNEL } from "./notify.ts";
import { sqlFile } from "./sql-file.ts";

const insertRequestedDeliveryStatement = sqlFile("insert-requested-delivery");

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
}

/** The partition's owner hears of it when the transaction is committed. */
export async function requestDelivery(tx: Queryable, delivery: RequestedDelivery): Promise<void> {
  const rows = await tx.query(insertRequestedDeliveryStatement, [
    delivery.id,
    delivery.accountId,
    delivery.eventId,
    delivery.subscriptionId,
    delivery.subscriptionVersion,
    delivery.connectionId,
    delivery.key,
    delivery.partition,
  ]);
  if (rows.length !== 1)
    throw new Error(`no partition ${delivery.partition}: the installation is not prepared`);
  await notify(tx, QUEUE_CHANNEL, String(delivery.partition));
}
