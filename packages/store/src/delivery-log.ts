/** The delivery log: what was sent where, what came back, and what still waits. Newest first. */
import type { Queryable } from "./database.ts";
import { idRange, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";
import type { Statement } from "./sql-file.ts";

const listDeliveriesStatement = sqlFile("list-deliveries", { prepare: false });
const listDeliveriesOfSubscriptionStatement = sqlFile("list-deliveries-of-subscription", { prepare: false });
const listDeliveriesOfEventStatement = sqlFile("list-deliveries-of-event", { prepare: false });
const listDeliveriesOfSubjectStatement = sqlFile("list-deliveries-of-subject", { prepare: false });
const listWaitingDeliveriesStatement = sqlFile("list-waiting-deliveries", { prepare: false });
const listUndeliveredDeliveriesStatement = sqlFile("list-undelivered-deliveries", { prepare: false });
const loadDeliveriesStatement = sqlFile("load-deliveries");
const listAttemptsStatement = sqlFile("list-attempts");

/** Nothing follows: sending it again makes a new delivery. */
export type FinalDeliveryState = "delivered" | "skipped" | "dead" | "expired";
export type DeliveryState = "queued" | "sending" | "held" | FinalDeliveryState;

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
  /** Since when its subscription or connection is paused, while it waits. */
  readonly pausedAt: Date | null;
  /** It has an input of its own instead of its subscription's. */
  readonly isEdited: boolean;
  /** Null when the event is gone. */
  readonly eventType: string | null;
  readonly subject: string | null;
  readonly title: string | null;
  readonly subscriptionName: string | null;
  readonly action: string | null;
  /** Null: it waits for no other delivery. */
  readonly waitsFor: WaitsFor | null;
  /** How many wait for this one, at most 1,000. */
  readonly blocks: number;
}

/** The first of a subject: those behind it start when it is gone. */
export interface WaitsFor extends Pick<
  DeliveryRow,
  "id" | "subscriptionId" | "subscriptionName" | "state" | "reason"
> {
  /** When it was made, or since when its target is paused. */
  readonly since: Date;
  /** How many go before the one that waits, at most 1,000. */
  readonly ahead: number;
}

interface LoadedRow extends Omit<DeliveryRow, "waitsFor"> {
  readonly firstOfSubject: string | null;
  readonly ahead: number;
}

export interface DeliveryFilter {
  readonly state?: DeliveryState | undefined;
  readonly subscriptionId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly subject?: string | undefined;
  /** Of the event; this and `reason` only for what ended as skipped, dead or expired. */
  readonly type?: string | undefined;
  readonly reason?: string | undefined;
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
  const { state, type, reason } = filter;
  const items = rows.filter(
    (row) =>
      (state === undefined || row.state === state) &&
      (type === undefined || row.eventType === type) &&
      (reason === undefined || row.reason === reason),
  );
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
  const { state, eventId, subscriptionId, subject, type, reason } = filter;
  if (eventId === undefined) {
    if (state === "queued" || state === "sending" || state === "held") {
      const values = [state, subscriptionId, subject];
      return walk(db, listWaitingDeliveriesStatement, values, WALK_ROWS, { accountId, filter, page });
    }
    if (state === "skipped" || state === "dead" || state === "expired") {
      const values = [state, subscriptionId, subject, type, reason];
      // Without a filter each row is one that was asked for.
      const rows = values.filter((value) => value !== undefined).length === 1 ? page.limit : WALK_ROWS;
      return walk(db, listUndeliveredDeliveriesStatement, values, rows, { accountId, filter, page });
    }
  }
  const ids = (await deliveryIds(db, accountId, filter, page)).map((row) => row.id);
  return { ids, lastId: ids.length < page.limit ? undefined : ids.at(-1) };
}

/** How much of a backlog one list looks through; a page may then be short and still go on. */
const WALK_ROWS = 1_000;
const MOST_WALKS = 20;

interface Walk {
  readonly accountId: string;
  readonly filter: DeliveryFilter;
  readonly page: Page;
}

/** Through rows of which the statement says which of them match, `atOnce` in each step. */
async function walk(
  db: Queryable,
  statement: Statement,
  values: readonly unknown[],
  atOnce: number,
  { accountId, filter, page }: Walk,
): Promise<FoundIds> {
  const ids: string[] = [];
  let { before } = page;
  for (let walks = 0; walks < MOST_WALKS; walks += 1) {
    const range = idRange({ before, limit: page.limit }, filter.since, filter.until);
    const rows = await db.query<{ id: string; matches: boolean }>(statement, [
      accountId,
      range.before,
      range.from,
      atOnce,
      ...values,
    ]);
    for (const { id, matches } of rows) {
      if (matches) ids.push(id);
      if (ids.length === page.limit) return { ids, lastId: id };
    }
    before = rows.at(-1)?.id;
    if (rows.length < atOnce) return { ids, lastId: undefined };
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
  if (subject !== undefined) {
    return db.query(listDeliveriesOfSubjectStatement, [...common, state, subject, subscriptionId]);
  }
  if (subscriptionId !== undefined) {
    return db.query(listDeliveriesOfSubscriptionStatement, [...common, state, subscriptionId]);
  }
  return db.query(listDeliveriesStatement, [...common, state]);
}

/** Newest first; those that are not there are left out. */
export async function loadDeliveries(
  db: Queryable,
  accountId: string,
  ids: readonly string[],
): Promise<DeliveryRow[]> {
  const rows = await db.query<LoadedRow>(loadDeliveriesStatement, [accountId, ids]);
  const known = new Map(rows.map((row) => [row.id, row]));
  const firsts = new Set(rows.flatMap((row) => row.firstOfSubject ?? []).filter((id) => !known.has(id)));
  if (firsts.size > 0) {
    for (const row of await db.query<LoadedRow>(loadDeliveriesStatement, [accountId, [...firsts]])) {
      known.set(row.id, row);
    }
  }
  return rows.map(({ firstOfSubject, ahead, ...row }) => {
    const first = firstOfSubject === null ? undefined : known.get(firstOfSubject);
    return { ...row, waitsFor: first === undefined ? null : { ...waitedFor(first), ahead } };
  });
}

function waitedFor(row: LoadedRow): Omit<WaitsFor, "ahead"> {
  const { id, subscriptionId, subscriptionName, state, reason, pausedAt, createdAt } = row;
  return { id, subscriptionId, subscriptionName, state, reason, since: pausedAt ?? createdAt };
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
