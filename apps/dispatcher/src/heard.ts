/**
 * What new events say of their subjects and sources, gathered from one commit in the order of the bus.
 *
 * Only what tells of a change counts as one. Other events show a status, too, but as it was when they were made: a
 * to-do may come before the change that it was made for.
 */
import { statusKey } from "@stellwerk/events";
import type { Gap, Heard, HeardChange, HeardSource, HeardSubject, KeyedStatus } from "@stellwerk/store";
import type { IncomingEvent } from "./decode-record.ts";

export type HeardEvent = Pick<IncomingEvent, "id" | "accountId" | "sourceId" | "subject" | "shows"> & {
  readonly partition: number;
};

interface Gathered extends HeardSubject {
  eventId: string;
  shown: KeyedStatus | undefined;
  readonly changes: HeardChange[];
}

/** `events` in the order of the bus; those that are not `isNew` were heard before. Our own have no source. */
export function gatherHeard(events: readonly HeardEvent[], isNew: ReadonlySet<string>): Heard {
  const subjects = new Map<string, Gathered>();
  const sources = new Map<string, HeardSource & { events: number }>();
  const gaps: Gap[] = [];
  const heard = new Set<string>();
  for (const event of events) {
    if (event.sourceId === null || !isNew.has(event.id) || heard.has(event.id)) continue;
    heard.add(event.id);
    const { accountId, sourceId, subject, partition } = event;
    const source = sources.get(sourceId);
    if (source === undefined) sources.set(sourceId, { accountId, sourceId, partition, events: 1 });
    else source.events += 1;
    if (subject === null) continue;
    const key = `${accountId} ${subject}`;
    let about = subjects.get(key);
    if (about === undefined) {
      about = { accountId, subject, partition, eventId: event.id, shown: undefined, changes: [] };
      subjects.set(key, about);
    }
    about.eventId = event.id;
    const gap = hear(about, event);
    if (gap !== undefined) gaps.push(gap);
  }
  return { subjects: [...subjects.values()], gaps, sources: [...sources.values()] };
}

function hear(about: Gathered, { id, shows }: HeardEvent): Gap | undefined {
  if (shows === undefined) return undefined;
  const status = keyed(shows.status);
  const before = about.changes.at(-1);
  if (shows.previousStatus === undefined) {
    if (before === undefined) about.shown ??= status;
    return undefined;
  }
  const was = keyed(shows.previousStatus);
  about.changes.push({ id, status, was });
  if (before === undefined || before.status.key === was.key) return undefined;
  return { eventId: id, lastSeen: before.status.text, previousStatus: was.text };
}

function keyed(text: string): KeyedStatus {
  return { text, key: statusKey(text) };
}
