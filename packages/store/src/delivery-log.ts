/** The delivery log: what was sent where, what came back, and what still waits. Newest first. */
import type { Queryable } from "./database.ts";
import { idRange, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const listDeliveriesStatement = sqlFile("list-deliveries", { prepare: false });
const listDeliveriesOfSubscriptionStatement = sqlFile("list-deliveries-of-subscription", { prepare: false });
const listDeliveriesOfEventStatement = sqlFile("list-deliveries-of-event", { prepare: false });
const listDeliveriesOfSubjectStatement = sqlFile("list-deliveries-of-subject", { prepare: false });
const listWaitingDeliveriesStatement = sqlFile("list-waiting-deliveries", { prepare: false });
const listUndeliveredDeliveriesStatement = sqlFile("list-undelivered-deliveries", { prepare: false });
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
  const { ids, lastId } = await findIds(db, accountId, filter, page);
  const rows = ids.length === 0 ? [] : await loadDeliveries(db, accountId, ids);
  // One that went on between the two statements shows its new state only in a list that asks for that.
  const items = filter.state === undefined ? rows : rows.filter((row) => row.state === filter.state);
  return { items, lastId };
}

interface FoundIds {
  readonly ids: readonly string[];
  readonly lastId: string | undefined;
}

async function findIds(
  db: Queryable,
  accountId: string,
  filter: DeliveryFilter,
  page: Page,
): Promise<FoundIds> {
  const { state, eventId } = filter;
  const waits = state === "queued" || state === "sending" || state === "held";
  if (waits && eventId === undefined) return findWaitingIds(db, accountId, filter, page);
  const ids = (await deliveryIds(db, accountId, filter, page)).map((row) => row.id);
  return { ids, lastId: ids.length < page.limit ? undefined : ids.at(-1) };
}

/** How much of a backlog one list looks through; a page may then be short and still go on. */
const WALK_ROWS = 1_000;
const MOST_WALKS = 20;

async function findWaitingIds(
  db: Queryable,
  accountId: string,
  { state, subscriptionId, subject, since, until }: DeliveryFilter,
  page: Page,
): Promise<FoundIds> {
  const ids: string[] = [];
  let { before } = page;
  for (let walks = 0; walks < MOST_WALKS; walks += 1) {
    const range = idRange({ before, limit: page.limit }, since, until);
    const values = [accountId, range.before, range.from, WALK_ROWS, state, subscriptionId, subject];
    const rows = await db.query<{ id: string; matches: boolean }>(listWaitingDeliveriesStatement, values);
    for (const { id, matches } of rows) {
      if (matches) ids.push(id);
      if (ids.length === page.limit) return { ids, lastId: id };
    }
    before = rows.at(-1)?.id;
    if (rows.length < WALK_ROWS) return { ids, lastId: undefined };
  }
  return { ids, lastId: before };
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
