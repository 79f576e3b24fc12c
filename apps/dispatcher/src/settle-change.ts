/**
 * What becomes of a delivery that waited in case its change is taken back. Judged right before its first attempt, from
 * what is known then, so that it holds whoever sends it and however long it was paused.
 */
import { formatId, type Decision } from "@stellwerk/delivery";
import { statusKey } from "@stellwerk/events";
import { findStatusChanges, type ClaimedDelivery, type Queryable, type StatusChange } from "@stellwerk/store";

/** A person who runs it ends the waiting, and it is not judged. */
export function isSettling({ settleUntil, attempts, startedAt }: ClaimedDelivery): boolean {
  return settleUntil !== null && attempts === 0 && startedAt === null;
}

/** Undefined: it is sent. */
export async function judgeSettled(
  db: Queryable,
  { accountId, event }: ClaimedDelivery,
): Promise<Decision | undefined> {
  if (event.subject === null) return undefined;
  const by = takenBackBy(event.id, await findStatusChanges(db, accountId, event.subject));
  return by === undefined ? undefined : dropTakenBack(by);
}

/**
 * The change that took back the one of `eventId`: a newer one that returned the subject to the status before it, when
 * none re-entered its status. `changes` in the order of the bus. One that is not among them has had so many after it
 * that nobody can say: then it was not taken back.
 */
export function takenBackBy(eventId: string, changes: readonly StatusChange[]): StatusChange | undefined {
  const at = changes.findIndex(({ id }) => id === eventId);
  const change = changes[at];
  if (change === undefined) return undefined;
  const newer = changes.slice(at + 1);
  const status = statusKey(change.status);
  if (newer.some((each) => statusKey(each.status) === status)) return undefined;
  const was = statusKey(change.was);
  return newer.find((each) => statusKey(each.status) === was);
}

/** The detail reads in every language. */
function dropTakenBack({ id, was, status }: StatusChange): Decision {
  return {
    kind: "finish",
    state: "skipped",
    possiblySent: false,
    reason: "taken_back",
    detail: `${was} → ${status} (${formatId("evt", id)})`,
  };
}
