/** The delivery log: what was sent where, what came back, and what still waits. Newest first. */
import type { Queryable } from "./database.ts";
import { idRange, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const listDeliveriesStatement = sqlFile("list-deliveries");
const listDeliveriesOfSubscriptionStatement = sqlFile("list-deliveries-of-subscription");
const listDeliveriesOfEventStatement = sqlFile("list-deliveries-of-event");
const listDeliveriesOfSubjectStatement = sqlFile("list-deliveries-of-subject");
const listWaitingDeliveriesStatement = sqlFile("list-waiting-deliveries");
const listUndeliveredDeliveriesStatement = sqlFile("list-undelivered-deliveries");
const loadDeliveriesStatement = sqlFile("load-deliveries");
const listAttemptsStatement = sqlFile("list-attempts");

export type DeliveryState = "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";

export interface DeliveryRow {
  readonly id: string;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly subscriptionVersion: number;
  readonly connectionId: string;
  /** What the target sees as `webhook-id`. */
  readonly key: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  /** A send may have reached the target more than once. */
  readonly possiblySent: boolean;
  readonly nextAttemptAt: Date | null;
  /** Null when the event is gone. */
  readonly eventType: string | null;
  readonly subject: string | null;
  readonly title: string | null;
  readonly subscriptionName: string | null;
  readonly action: string | null;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly subscriptionId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly subject?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** `lastId` is where the next page goes on; undefined when this is the last one. */
export async function listDeliveries(
  db: Queryable,
  accountId: string,
  filter: DeliveryFilter,
  page: Page,
): Promise<{ items: DeliveryRow[]; lastId: string | undefined }> {
  const ids = (await deliveryIds(db, accountId, filter, page)).map((row) => row.id);
  const rows = ids.length === 0 ? [] : await loadDeliveries(db, accountId, ids);
  return {
    // One that went on between the two statements shows its new state only in a list that asks for that.
    items: filter.state === undefined ? rows : rows.filter((row) => row.state === filter.state),
    lastId: ids.length < page.limit ? undefined : ids.at(-1),
  };
}

/** Walks the narrowest index there is for this filter; the rest of it is applied on the way. */
function deliveryIds(
  db: Queryable,
  accountId: string,
  filter: DeliveryFilter,
  page: Page,
): Promise<{ id: string }[]> {
  const { state, subscriptionId, eventId, subject } = filter;
  const { before, from } = idRange(page, filter.since, filter.until);
  const common = [accountId, before, from, page.limit];
  if (eventId !== undefined) {
    return db.query(listDeliveriesOfEventStatement, [...common, subscriptionId, eventId]);
  }
  if (state === "queued" || state === "sending" || state === "held") {
    return db.query(listWaitingDeliveriesStatement, [...common, state, subscriptionId, subject]);
  }
  if (state === "skipped" || state === "dead" || state === "expired") {
    return db.query(listUndeliveredDeliveriesStatement, [...common, state, subscriptionId, subject]);
  }
  if (subject !== undefined) {
    return db.query(listDeliveriesOfSubjectStatement, [...common, state, subject, subscriptionId]);
  }
  if (subscriptionId !== undefined) {
    return db.query(listDeliveriesOfSubscriptionStatement, [...common, state, subscriptionId]);
  }
  return db.query(listDeliveriesStatement, [...common, state]);
}

function loadDeliveries(db: Queryable, accountId: string, ids: readonly string[]): Promise<DeliveryRow[]> {
  return db.query(loadDeliveriesStatement, [accountId, ids]);
}

export async function findDelivery(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  const [row] = await loadDeliveries(db, accountId, [id]);
  return row;
}

export interface AttemptRow {
  readonly id: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly request: unknown;
  readonly replyStatus: number | null;
  readonly replyHeaders: unknown;
  /** At most 16 KiB. */
  readonly replyBody: Buffer | null;
}

export function listAttempts(db: Queryable, accountId: string, deliveryId: string): Promise<AttemptRow[]> {
  return db.query(listAttemptsStatement, [accountId, deliveryId]);
}
