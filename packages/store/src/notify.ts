/** Words between processes: each is sent by a commit and heard by whoever listens on its channel. */
import type { Queryable } from "./database.ts";
import { sqlFile } from "./sql-file.ts";

const notifyStatement = sqlFile("notify");

/** An account's connections or subscriptions changed; the payload is the account's id. */
export const CONFIG_CHANNEL = "stellwerk_config";
/** A delivery waits that its owner does not know of; the payload is its partition. */
export const QUEUE_CHANNEL = "stellwerk_queue";
/** A dispatcher wants a partition, or gave one away; the payload is empty. */
export const OWNERSHIP_CHANNEL = "stellwerk_ownership";
/** An account's keys or tokens changed; the payload is the account's id. */
export const ACCESS_CHANNEL = "stellwerk_access";

export async function notify(tx: Queryable, channel: string, payload: string): Promise<void> {
  await tx.query(notifyStatement, [channel, payload]);
}
