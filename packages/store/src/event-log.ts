/** The event log: what came in, newest first. Bodies are read one at a time and never searched. */
import type { Queryable } from "./database.ts";
import { idRange, type Page } from "./page.ts";
import { sqlFile } from "./sql-file.ts";

const listEventsStatement = sqlFile("list-events", { prepare: false });
const listEventsOfSubjectStatement = sqlFile("list-events-of-subject", { prepare: false });
const listEventsByPrefixStatement = sqlFile("list-events-by-prefix", { prepare: false });
const findEventStatement = sqlFile("find-event");
const findEventBodyStatement = sqlFile("find-event-body");
const recentEventsOfTypesStatement = sqlFile("recent-events-of-types");
const eventTypeWasSeenStatement = sqlFile("event-type-was-seen");

export interface EventRow {
  readonly id: string;
  /** Null: one of our own, which came from nowhere. */
  readonly sourceId: string | null;
  readonly type: string;
  readonly subject: string | null;
  readonly time: Date;
  readonly receivedAt: Date;
  readonly contentType: string;
  readonly title: string | null;
  readonly domain: string | null;
  readonly sizeBytes: number;
  /** The last status seen of its subject, where that is not the one that it changed from (`gapTo`). */
  readonly gapFrom: string | null;
  readonly gapTo: string | null;
}

export interface FoundEvent extends EventRow {
  readonly traceparent: string | null;
  /** Of the account's configuration that it was matched with. */
  readonly revision: number;
  /** It was made to try this subscription, and goes to no other one; null for what really happened. */
  readonly onlyFor: string | null;
}

export interface EventFilter {
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  readonly sourceId?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** What a title or a domain begins with. */
  readonly textPrefix?: string | undefined;
  /** Ids from the first to the second, both included. */
  readonly ids?: { readonly first: string; readonly last: string } | undefined;
}

export function listEvents(
  db: Queryable,
  accountId: string,
  filter: EventFilter,
  page: Page,
): Promise<EventRow[]> {
  const { before, from } = idRange(page, filter.since, filter.until, filter.ids);
  const common = [accountId, before, from, page.limit, filter.type, filter.sourceId];
  if (filter.textPrefix !== undefined) {
    return db.query(listEventsByPrefixStatement, [...common, filter.subject, filter.textPrefix]);
  }
  if (filter.subject !== undefined)
    return db.query(listEventsOfSubjectStatement, [...common, filter.subject]);
  return db.query(listEventsStatement, common);
}

export async function findEvent(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<FoundEvent | undefined> {
  const [row] = await db.query<FoundEvent>(findEventStatement, [accountId, id]);
  return row;
}

export async function findEventBody(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<{ contentType: string; body: Buffer } | undefined> {
  const [row] = await db.query<{ contentType: string; body: Buffer }>(findEventBodyStatement, [
    accountId,
    id,
  ]);
  return row;
}

/** Some of the account's newest events of these types. */
export function recentEventsOfTypes(
  db: Queryable,
  accountId: string,
  types: readonly string[],
): Promise<{ type: string; contentType: string; body: Buffer }[]> {
  return db.query(recentEventsOfTypesStatement, [accountId, types]);
}

/** Whether the account's newest events hold one of this type. */
export async function eventTypeWasSeen(db: Queryable, accountId: string, type: string): Promise<boolean> {
  const [row] = await db.query<{ seen: boolean }>(eventTypeWasSeenStatement, [accountId, type]);
  return row?.seen === true;
}
