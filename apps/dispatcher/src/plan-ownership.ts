/**
 * What a dispatcher does about the partitions it sees: takes what is nobody's and its own to take, hands over what
 * somebody else wants. Each decides for itself from the same rows; the store sees to it that one gets it. Pure.
 */
import type { OwnedPartition, SeenDispatcher, SeenOwnership, SeenPartition } from "@stellwerk/store";

/** How often a dispatcher says that it lives. */
export const BEAT_MS = 2_000;
/** One that could not say so for this long starts nothing, and cuts off what is in flight. */
export const VALID_MS = 8_000;
/** Not heard of for so long it is dead. Longer than it believes in itself, by the time it takes to cut calls off. */
export const DEAD_AFTER_MS = 10_000;
/** The bus has so long to say who is to have what is free, before it is shared out without it. */
export const GRACE_MS = 3_000;

export interface OwnershipSituation {
  /** This dispatcher's id. */
  readonly me: string;
  readonly seen: SeenOwnership;
  /** Its process is known to have ended. */
  isGone(dispatcher: SeenDispatcher): boolean;
  /** How long nobody alive has wanted this partition, which is nobody's. */
  unwantedForMs(partition: number): number;
  /** Takes nothing any more. */
  readonly isLeaving: boolean;
}

export interface OwnershipPlan {
  readonly acquire: readonly OwnedPartition[];
  /** To be put out. */
  readonly dead: readonly SeenDispatcher[];
  readonly handOver: readonly number[];
  /** Nobody's, and nobody alive wants them. */
  readonly unwanted: readonly number[];
}

export function planOwnership(situation: OwnershipSituation): OwnershipPlan {
  const { me, seen, isLeaving } = situation;
  const isAlive = (each: SeenDispatcher) =>
    each.id === me || (each.silentMs < DEAD_AFTER_MS && !situation.isGone(each));
  const living = new Set(seen.dispatchers.filter(isAlive).map((each) => each.id));
  const dead = seen.dispatchers.filter((each) => !living.has(each.id));
  const acquire: OwnedPartition[] = [];
  const handOver: number[] = [];
  const unwanted: number[] = [];
  for (const each of seen.partitions) {
    const { partition, epoch, ownerId, wantedBy } = each;
    const wanter = wantedBy !== null && living.has(wantedBy) ? wantedBy : undefined;
    if (ownerId === me && wanter !== undefined && wanter !== me) handOver.push(partition);
    if (ownerId !== null && living.has(ownerId)) continue;
    if (wanter === undefined) unwanted.push(partition);
    if (isLeaving) continue;
    if (wanter === me || (wanter === undefined && isOursToShare(each, living, situation))) {
      acquire.push({ partition, epoch });
    }
  }
  return { acquire, dead, handOver, unwanted };
}

/** In turn over the living. The others step in when the one whose turn it is does not: it may be about to stop. */
function isOursToShare(
  { partition, ownerId, wantedBy }: SeenPartition,
  living: ReadonlySet<string>,
  situation: OwnershipSituation,
): boolean {
  const { me, seen } = situation;
  const ids = [...living].toSorted();
  const isTurn = ids[partition % ids.length] === me;
  const forMs = situation.unwantedForMs(partition);
  // Whoever was silent for so long has been waited for enough.
  const awaited = seen.dispatchers.find((each) => each.id === (ownerId ?? wantedBy));
  const graceMs = awaited !== undefined && awaited.silentMs >= DEAD_AFTER_MS ? 0 : GRACE_MS;
  return forMs >= (isTurn ? graceMs : graceMs + GRACE_MS);
}
