/** What an account's rules were when an event came, and what became of it: why it was delivered, or was not. */
import type { Queryable } from "./database.ts";
import { loadDeliveries, type DeliveryRow } from "./delivery-log.ts";
import { LAST_ID, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const listRulesAtStatement = sqlFile("list-rules-at");
const listLatestDeliveriesOfEventStatement = sqlFile("list-latest-deliveries-of-event");

/** A subscription as it was at a revision. */
export type RuleAt = { readonly id: string; readonly name: string } & (
  | {
      readonly version: number;
      readonly enabled: boolean;
      readonly eventTypes: readonly string[];
      readonly condition: unknown;
    }
  /** It did not exist yet. */
  | { readonly version: null }
);

/** Newest first. `revision` is the one that the event was matched with. */
export function listRulesAt(
  db: Queryable,
  accountId: string,
  revision: number,
  page: Page,
): Promise<RuleAt[]> {
  return db.query(listRulesAtStatement, [accountId, revision, page.before ?? LAST_ID, page.limit]);
}

/** By subscription; one that made no delivery of this event is missing. */
export async function latestDeliveriesOfEvent(
  db: Queryable,
  accountId: string,
  eventId: string,
  subscriptionIds: readonly string[],
): Promise<Map<string, DeliveryRow>> {
  const rows = await db.query<{ id: string }>(listLatestDeliveriesOfEventStatement, [
    accountId,
    eventId,
    subscriptionIds,
  ]);
  const ids = rows.map((row) => row.id);
  const deliveries = ids.length === 0 ? [] : await loadDeliveries(db, accountId, ids);
  return new Map(deliveries.map((each) => [each.subscriptionId, each]));
}
