/**
 * Claims what is due from the store, for the lanes that have room. The next due time of each
 * lane lives in memory, so an idle dispatcher asks the store nothing.
 */
import type { Lane, Lanes } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import {
  claimDueDeliveries,
  nextDueOfLanes,
  waitingLanes,
  type ClaimedDelivery,
  type Database,
  type LaneRoom,
  type WaitingLane,
} from "@stellwerk/store";
import type { ClaimGuard } from "./claim-guard.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import type { Ownership } from "./ownership.ts";
import { writeClaims } from "./write-history.ts";

/** Deliveries in one claim over all lanes: bounds what one statement reads. */
const CLAIM_AT_ONCE = 1_000;
/** A net under lost notifications; everything else is told to us. */
const SWEEP_MS = 5_000;
const RETRY_MS = 500;

type DispatcherLane = Lane<ClaimedDelivery>;

export interface ClaimerOptions {
  readonly db: Database;
  readonly log: Log;
  readonly lanes: Lanes<ClaimedDelivery>;
  readonly ownership: Ownership;
  readonly claims: ClaimGuard;
  readonly metrics?: DispatcherMetrics | undefined;
  readonly history?: History | undefined;
  /** Makes the lanes that are not there yet, so that one is paused if its subscription is. */
  prepareLanes(lanes: readonly WaitingLane[]): Promise<void>;
  /** What a lane's claim took, so that a catch-up knows how far it is. */
  onClaimed(lane: DispatcherLane, claimed: readonly ClaimedDelivery[]): void;
  /** Nothing of the lane waits in the store. */
  onEmptied(lane: DispatcherLane): void;
}

export class Claimer {
  readonly #options: ClaimerOptions;
  #sweepTimer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  /** What is to be looked at: partitions, or all that are ours. */
  #sweepWanted: Set<number> | "all" | undefined;
  #claiming: Promise<void> | undefined;
  #wanted = false;
  #stopped = false;

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  /**
   * Learns which lanes have something waiting. Called at start, after a gap, and when the api asked for a delivery:
   * a thousand resends are a thousand calls, so one looks at a time and the next one answers all that came meanwhile.
   */
  sweep(partitions?: readonly number[]): Promise<void> {
    if (partitions === undefined) this.#sweepWanted = "all";
    else if (this.#sweepWanted !== "all") {
      this.#sweepWanted = new Set([...(this.#sweepWanted ?? []), ...partitions]);
    }
    return (this.#sweeping ??= this.#sweepWhileWanted());
  }

  /** Some lane has something due in the store, and room for it. */
  due(): void {
    this.#wanted = true;
    if (!this.#stopped) this.#claiming ??= this.#claimWhileWanted();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#sweepTimer);
    await this.#sweeping;
    await this.#claiming;
  }

  async #sweepWhileWanted(): Promise<void> {
    clearTimeout(this.#sweepTimer);
    while (this.#sweepWanted !== undefined && !this.#stopped) {
      const wanted = this.#sweepWanted;
      this.#sweepWanted = undefined;
      await this.#look(wanted);
    }
    this.#sweeping = undefined;
    if (!this.#stopped) this.#sweepTimer = setTimeout(() => void this.sweep(), SWEEP_MS);
  }

  async #look(wanted: ReadonlySet<number> | "all"): Promise<void> {
    const { db, lanes, ownership, log } = this.#options;
    try {
      const owned = ownership.partitions
        .map((each) => each.partition)
        .filter((partition) => ownership.isOpen(partition) && (wanted === "all" || wanted.has(partition)));
      const waiting = await waitingLanes(db, owned);
      await this.#options.prepareLanes(waiting);
      let oldestDueMs = 0;
      for (const { partition, accountId, subscriptionId, dueInMs, overdueMs } of waiting) {
        const lane = lanes.lane(partition, accountId, subscriptionId);
        lanes.wait(lane, dueInMs);
        // What waits out a pause or a target that is down is not late.
        if (isOpen(lane)) oldestDueMs = Math.max(oldestDueMs, overdueMs);
      }
      if (wanted === "all") this.#options.metrics?.waiting(oldestDueMs);
      this.due();
    } catch (error) {
      log.warn({ err: error }, "could not look for waiting deliveries; trying again");
    }
  }

  async #claimWhileWanted(): Promise<void> {
    // Lanes that become due in one go are asked for with one statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      try {
        if (await this.#claim()) this.#wanted = true;
      } catch (error) {
        this.#options.log.warn({ err: error }, "could not claim deliveries; trying again");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        this.#wanted = true;
      }
    }
    this.#claiming = undefined;
  }

  /** False: no lane has something due and room for it. */
  async #claim(): Promise<boolean> {
    const { db, lanes } = this.#options;
    const asked = this.#lanesToClaim();
    if (asked.size === 0) return false;
    const taken = await this.#options.claims.run(() => this.#takeInHand([...asked.values()]));
    const emptied: DispatcherLane[] = [];
    for (const [lane, { room }] of asked) {
      const claimed = taken.get(lane.subscriptionId) ?? [];
      this.#options.onClaimed(lane, claimed);
      if (claimed.length < room) emptied.push(lane);
    }
    if (emptied.length === 0) return true;
    for (const lane of emptied) lanes.clearDue(lane);
    // Asked after the lanes were cleared: what commits from now on announces itself.
    const next = await nextDueOfLanes(db, emptied);
    for (const lane of emptied) {
      const dueInMs = next.get(lane.subscriptionId);
      if (dueInMs === undefined) this.#options.onEmptied(lane);
      // Else whoever ends the one before them wakes the lane.
      else if (Number.isFinite(dueInMs))
        lanes.wait(lanes.lane(lane.partition, lane.accountId, lane.subscriptionId), dueInMs);
    }
    return true;
  }

  /** Claims, and answers what each lane got. */
  async #takeInHand(rooms: readonly LaneRoom[]): Promise<Map<string, ClaimedDelivery[]>> {
    const { db, lanes, ownership } = this.#options;
    const taken = new Map<string, ClaimedDelivery[]>();
    const maxBodyBytes = lanes.bodyRoom();
    const claimed = await writeClaims(this.#options.history, rooms, () =>
      claimDueDeliveries(db, ownership.dispatcherId, rooms, maxBodyBytes),
    );
    for (const delivery of claimed) {
      const ofLane = taken.get(delivery.subscriptionId);
      if (ofLane === undefined) taken.set(delivery.subscriptionId, [delivery]);
      else ofLane.push(delivery);
      const lane = lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId);
      // In hand already: the commit that let it wait again came to us as failed, and its outcome is about to be
      // written once more. To run it beside that would send it twice. What is in hand of an epoch that is over is
      // about to be let go, and neither sends nor writes: nobody else would run this.
      if (lane.inHand.get(delivery.deliveryId)?.epoch !== delivery.epoch) lanes.take(lane, delivery);
    }
    return taken;
  }

  #lanesToClaim(): Map<DispatcherLane, LaneRoom> {
    const { lanes, ownership } = this.#options;
    const asked = new Map<DispatcherLane, LaneRoom>();
    for (const { lane, room } of lanes.dueLanes(CLAIM_AT_ONCE)) {
      const { partition, subscriptionId } = lane;
      const epoch = ownership.epochOf(partition);
      // Not ours any more: its owner has it.
      if (epoch === undefined) lanes.clearDue(lane);
      else asked.set(lane, { partition, epoch, subscriptionId, room, bodyRoom: lanes.laneBodyRoom(lane) });
    }
    return asked;
  }
}

function isOpen({ settings, memory }: DispatcherLane): boolean {
  return settings.paused !== true && (memory.breaker === undefined || memory.breaker.state === "closed");
}
