/** A lane: one subscription's share of the dispatcher, while it has something in hand or due. */
import type { Evidence, LaneMemory } from "./lane-memory.ts";

/** What lanes need to know of a delivery. */
export interface LaneDelivery {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  readonly event: { readonly body: { readonly length: number } };
}

/** What is configured; what is missing has its default. */
export interface LaneSettings {
  /** A target that asks to wait is asked over its connection: all lanes of it wait. */
  readonly connectionId?: string | undefined;
  /** Sends at a time, at most 32. */
  readonly concurrency?: number | undefined;
  readonly perSecond?: number | undefined;
  readonly burst?: number | undefined;
  /** Takes nothing in hand and starts nothing; what waits stays in the store. */
  readonly paused?: boolean | undefined;
  /** A second rate, while what waited out a pause is caught up. */
  readonly drainPerSecond?: number | undefined;
}

export interface Lane<D extends LaneDelivery = LaneDelivery> {
  readonly partition: number;
  readonly accountId: string;
  readonly subscriptionId: string;
  /** Claimed: running, waiting their turn, or waiting to be recorded. */
  readonly inHand: Map<string, D>;
  /** In hand, not started. */
  readonly waiting: D[];
  bodyBytes: number;
  /** Slots kept for deliveries whose claim is being committed. */
  reserved: number;
  running: number;
  /** When the first delivery that waits in the store is due, on the monotonic clock; undefined: none waits. */
  dueAtMs: number | undefined;
  /** The rest is the scheduler's. */
  settings: LaneSettings;
  readonly memory: LaneMemory;
  /** The delivery that is the probe of its open breaker. */
  probe: string | undefined;
  /** When its running began: it is given a second from then to answer something. */
  busySinceMs: number;
  /** When it is looked at again. */
  wakeAtMs: number | undefined;
  /** It waits for a slot, as one of which this was known. */
  starvedAs: Evidence | undefined;
}

export function makeLane<D extends LaneDelivery>(
  place: { readonly partition: number; readonly accountId: string; readonly subscriptionId: string },
  memory: LaneMemory,
): Lane<D> {
  return {
    ...place,
    inHand: new Map(),
    waiting: [],
    bodyBytes: 0,
    reserved: 0,
    running: 0,
    dueAtMs: undefined,
    settings: {},
    memory,
    probe: undefined,
    busySinceMs: 0,
    wakeAtMs: undefined,
    starvedAs: undefined,
  };
}
