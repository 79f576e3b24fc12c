/** What people's decisions about a delivery have in common: which one it is, and who said so. */
import { partitionFor } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import {
  type DeliveryRow,
  findApiKey,
  findDelivery,
  type Queryable,
  type WaitingDelivery,
} from "@stellwerk/store";
import { notFound } from "../errors.ts";
import type { Caller } from "../http/authenticate.ts";

export async function requireDelivery(tx: Queryable, accountId: string, id: string): Promise<DeliveryRow> {
  const row = await findDelivery(tx, accountId, id);
  if (row === undefined) throw notFound("There is no delivery with this id");
  return row;
}

/** With the partition of its account. */
export function waitingDelivery(accountId: string, id: string, partitions: number): WaitingDelivery {
  return { accountId, id, partition: partitionFor(formatId("acc", accountId), partitions) };
}

/**
 * The detail that is kept with a decision. People sign in with a later version; until then it is the key that says who.
 *
 * @example
 * await decidedBy(tx, request, "Dropped", "made by hand") // 'Dropped by the key “Console”: made by hand'
 */
export async function decidedBy(
  tx: Queryable,
  { accountId, caller }: { readonly accountId: string; readonly caller: Caller },
  what: string,
  reason: string | undefined,
): Promise<string> {
  const key = await findApiKey(tx, accountId, caller.keyId);
  const who = key === undefined ? "an admin of the installation" : `the key “${key.name}”`;
  return `${what} by ${who}${reason === undefined ? "" : `: ${reason}`}`;
}
