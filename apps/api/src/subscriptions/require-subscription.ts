/** The subscription that a path names, or 404. */
import { findSubscription, type Queryable, type SubscriptionRow } from "@stellwerk/store";
import { notFound } from "../errors.ts";

export async function requireSubscription(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<SubscriptionRow> {
  const row = await findSubscription(db, accountId, id);
  if (row === undefined) throw notFound("There is no subscription with this id");
  return row;
}
