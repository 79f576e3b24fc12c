/**
 * Capacity: how many sends at a time a lane has earned, and how much it may have in hand for them. It begins small
 * and grows with every success, so that a target that hangs from the start, or begins to, never holds many slots.
 */
import type { LaneMemory } from "./lane-memory.ts";
import type { Lane, LaneDelivery } from "./lane.ts";

/** Sends of one lane at a time. */
const LANE_CONCURRENCY = 32;
/** Of a lane nothing is known about, and of one whose target does not answer now. */
const FIRST_LIMIT = 4;
/** When a breaker closes: a target that has just come back is not given everything at once. */
export const RAMP_UP_LIMIT = 1;
/** A lane none of whose sends was answered for so long is given no more than it began with. */
const SILENCE_MS = 1_000;
/** Claimed deliveries of one lane in memory: running, waiting their turn, or waiting to be recorded. */
const LANE_IN_HAND = 256;
/** In hand for each send at a time. */
const IN_HAND_PER_SEND = LANE_IN_HAND / LANE_CONCURRENCY;

export function initialMemory(
  place: Pick<LaneMemory, "partition" | "accountId" | "subscriptionId">,
): LaneMemory {
  return {
    ...place,
    limit: FIRST_LIMIT,
    evidence: "unknown",
    answeredAtMs: Number.NEGATIVE_INFINITY,
    lastSuccessMs: Number.NEGATIVE_INFINITY,
    breaker: undefined,
    settings: {},
    rate: undefined,
    bucket: undefined,
    drain: undefined,
  };
}

/** How many the lane may have in hand: what it sends in a second when it has a rate. */
export function capacityOf<D extends LaneDelivery>({ memory, settings }: Lane<D>): number {
  const perSecond = Math.min(settings.perSecond ?? LANE_IN_HAND, settings.drainPerSecond ?? LANE_IN_HAND);
  return Math.max(1, Math.min(LANE_IN_HAND, memory.limit * IN_HAND_PER_SEND, Math.ceil(perSecond)));
}

export function mayRunMore<D extends LaneDelivery>(lane: Lane<D>, nowMs: number): boolean {
  const { running, memory } = lane;
  if (running >= Math.min(memory.limit, highestLimit(lane))) return false;
  return running < FIRST_LIMIT || nowMs - Math.max(memory.answeredAtMs, lane.busySinceMs) < SILENCE_MS;
}

export function growLimit<D extends LaneDelivery>(lane: Lane<D>): void {
  if (lane.memory.limit < highestLimit(lane)) lane.memory.limit += 1;
}

export function shrinkLimit(memory: LaneMemory): void {
  memory.limit = Math.max(1, memory.limit >> 1);
}

function highestLimit<D extends LaneDelivery>({ settings }: Lane<D>): number {
  return Math.max(1, Math.min(LANE_CONCURRENCY, settings.concurrency ?? LANE_CONCURRENCY));
}
