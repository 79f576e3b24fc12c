/**
 * What was last heard of each subject, and how often each source speaks. Kept with the route, in its transaction and
 * under its lock: the order of these writes is the order of the bus, whatever the clocks of the senders say.
 */
import type { Database, Queryable } from "./database.ts";
import { cleanText, jsonParameter } from "./json-parameter.ts";
import { patiently } from "./patiently.ts";
import { sqlFile } from "./sql-file.ts";

const keepHeardStatement = sqlFile("keep-heard");
const noteGapsStatement = sqlFile("note-gaps");
const findStatusChangesStatement = sqlFile("find-status-changes");
const forgetSilentSubjectsStatement = sqlFile("forget-silent-subjects");

/** As many changes of a subject are kept: more than a card makes in a settle time. The same in keep-heard.sql. */
export const KEPT_CHANGES = 20;
const FORGET_AT_ONCE = 5_000;

/** A status as it was written, and what it is whatever the language. */
export interface KeyedStatus {
  readonly text: string;
  readonly key: string;
}

export interface StatusChange {
  /** The event's. */
  readonly id: string;
  readonly status: string;
  readonly was: string;
}

export interface HeardChange {
  readonly id: string;
  readonly status: KeyedStatus;
  readonly was: KeyedStatus;
}

/** What one commit's new events say of a subject. */
export interface HeardSubject {
  readonly accountId: string;
  readonly subject: string;
  readonly partition: number;
  /** The newest event about it. */
  readonly eventId: string;
  /** By an event before the changes that is no change itself: it counts while nothing else is known. */
  readonly shown: KeyedStatus | undefined;
  /** In the order of the bus. */
  readonly changes: readonly HeardChange[];
}

/** A change did not begin where the one before it had ended. */
export interface Gap {
  readonly eventId: string;
  readonly lastSeen: string;
  readonly previousStatus: string;
}

export interface HeardSource {
  readonly accountId: string;
  readonly sourceId: string;
  readonly partition: number;
  readonly events: number;
}

export interface Heard {
  readonly subjects: readonly HeardSubject[];
  /** Between changes of one subject in this commit; those to what is known already are found here. */
  readonly gaps: readonly Gap[];
  readonly sources: readonly HeardSource[];
}

/** Of new events only; no subject and no source twice. The caller holds the routing lock of their partitions. */
export async function keepHeard(tx: Queryable, { subjects, gaps, sources }: Heard): Promise<void> {
  if (subjects.length === 0 && sources.length === 0) return;
  const missed = await tx.query<Gap>(keepHeardStatement, [
    jsonParameter(subjects.map(subjectRow)),
    jsonParameter(
      sources.map((source) => ({
        source_id: source.sourceId,
        account_id: source.accountId,
        partition: source.partition,
        events: source.events,
      })),
    ),
  ]);
  await noteGaps(tx, [...missed, ...gaps]);
}

async function noteGaps(tx: Queryable, gaps: readonly Gap[]): Promise<void> {
  if (gaps.length === 0) return;
  await tx.query(noteGapsStatement, [
    gaps.map((gap) => gap.eventId),
    gaps.map((gap) => cleanText(gap.lastSeen)),
    gaps.map((gap) => cleanText(gap.previousStatus)),
  ]);
}

function subjectRow({ accountId, subject, partition, eventId, shown, changes }: HeardSubject) {
  const first = changes[0];
  const last = changes.at(-1);
  return {
    account_id: accountId,
    subject,
    partition,
    event_id: eventId,
    shown: shown?.text,
    shown_key: shown?.key,
    first_id: first?.id,
    first_key: first?.status.key,
    was: first?.was.text,
    was_key: first?.was.key,
    status: last?.status.text,
    status_key: last?.status.key,
    changes: changes
      .slice(-KEPT_CHANGES)
      .map(({ id, status, was }): StatusChange => ({ id, status: status.text, was: was.text })),
  };
}

/** The last status changes of a subject in the order of the bus; none when it is not known. */
export async function findStatusChanges(
  db: Queryable,
  accountId: string,
  subject: string,
): Promise<readonly StatusChange[]> {
  const [row] = await db.query<{ changes: StatusChange[] }>(findStatusChangesStatement, [accountId, subject]);
  return row?.changes ?? [];
}

/** Those of which nothing was heard since `before`. */
export async function forgetSilentSubjects(db: Database, before: Date): Promise<number> {
  return patiently(db, async (patient) => {
    let total = 0;
    for (;;) {
      const gone = await patient.query(forgetSilentSubjectsStatement, [before, FORGET_AT_ONCE]);
      total += gone.length;
      if (gone.length < FORGET_AT_ONCE) return total;
    }
  });
}
