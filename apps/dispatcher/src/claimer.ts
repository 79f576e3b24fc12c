/**
 * Claims what is due from the store, for the lanes that have room. The next due time of each
 * lane lives in memory, so an idle dispatcher asks the store nothing.
 */
import type { Log } from "@stellwerk/log";
import {
  claimDueDeliveries,
  nextDueOfLanes,
  waitingLanes,
  type Database,
  type LaneRoom,
} from "@stellwerk/store";
import type { ClaimGuard } from "./claim-guard.ts";
import type { Lane, Lanes } from "./lanes.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import type { Ownership } from "./ownership.ts";

/** Deliveries in one claim over all lanes: bounds what one statement reads. */
const CLAIM_AT_ONCE = 1_000;
/** A net under lost notifications; everything else is told to us. */
const SWEEP_MS = 5_000;
const RETRY_MS = 500;
/** `setTimeout` fires at once for longer waits than this. */
const LONGEST_TIMER_MS = 60_000;

export interface ClaimerOptions {
  readonly db: Database;
  readonly log: Log;
  readonly lanes: Lanes;
  readonly ownership: Ownership;
  readonly claims: ClaimGuard;
  readonly metrics?: DispatcherMetrics | undefined;
}

export class Claimer {
  readonly #options: ClaimerOptions;
  /** Lanes with something in the store. */
  readonly #due = new Set<Lane>();
  #timer: NodeJS.Timeout | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #sweepTimer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;
  #sweepWanted = false;
  #round: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ClaimerOptions) {
    this.#options = options;
  }

  /**
   * Learns which lanes have something waiting. Called at start, after a gap, and when the api asked for a delivery:
   * a thousand resends are a thousand calls, so one looks at a time and the next one answers all that came meanwhile.
   */
  sweep(): Promise<void> {
    this.#sweepWanted = true;
    return (this.#sweeping ??= this.#sweepWhileWanted());
  }

  async #sweepWhileWanted(): Promise<void> {
    clearTimeout(this.#sweepTimer);
    while (this.#sweepWanted && !this.#stopped) {
      this.#sweepWanted = false;
      await this.#look();
    }
    this.#sweeping = undefined;
    if (!this.#stopped) this.#sweepTimer = setTimeout(() => void this.sweep(), SWEEP_MS);
  }

  async #look(): Promise<void> {
    const { db, lanes, ownership, log } = this.#options;
    try {
      const owned = ownership.partitions.map((each) => each.partition);
      const found = await waitingLanes(db, owned);
      this.#options.metrics?.waiting(found.reduce((oldest, each) => Math.max(oldest, each.overdueMs), 0));
      for (const waiting of found) {
        const lane = lanes.lane(waiting.partition, waiting.accountId, waiting.subscriptionId);
        lanes.wait(lane, waiting.dueInMs);
        if (waiting.dueInMs === 0) this.due(lane);
      }
    } catch (error) {
      log.warn({ err: error }, "could not look for waiting deliveries; trying again");
    }
  }

  /** The lane has something waiting in the store. */
  due(lane: Lane): void {
    if (lane.dueAtMs === undefined) return;
    this.#due.add(lane);
    this.#wakeAt(lane.dueAtMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#sweepTimer);
    await this.#sweeping;
    await this.#round;
  }

  #wakeAt(atMs: number): void {
    if (this.#stopped || this.#round !== undefined || atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    const waitMs = Math.min(Math.max(0, Math.ceil(atMs - performance.now())), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.#wake(), waitMs);
  }

  #wake(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    let pauseMs = 0;
    this.#round = this.#claim()
      .catch((error: unknown) => {
        pauseMs = RETRY_MS;
        this.#options.log.warn({ err: error }, "could not claim deliveries; trying again");
      })
      .finally(() => {
        this.#round = undefined;
        this.#wakeForNext(pauseMs);
      });
  }

  #wakeForNext(pauseMs: number): void {
    let nextAtMs = Number.POSITIVE_INFINITY;
    for (const lane of this.#due) {
      // A lane without room wakes us when it lets something go.
      if (lane.dueAtMs === undefined || this.#options.lanes.room(lane) <= 0) this.#due.delete(lane);
      else nextAtMs = Math.min(nextAtMs, lane.dueAtMs);
    }
    if (nextAtMs < Number.POSITIVE_INFINITY) this.#wakeAt(Math.max(nextAtMs, performance.now() + pauseMs));
  }

  async #claim(): Promise<void> {
    const { db, lanes } = this.#options;
    const asked = this.#lanesToClaim();
    if (asked.size === 0) return;
    const taken = await this.#options.claims.run(() => this.#takeInHand([...asked.values()]));
    const emptied = [...asked].filter(([lane, room]) => (taken.get(lane.subscriptionId) ?? 0) < room.room);
    if (emptied.length === 0) return;
    for (const [lane] of emptied) lanes.clearDue(lane);
    // Asked after the lanes were cleared: what commits from now on announces itself.
    const next = await nextDueOfLanes(
      db,
      emptied.map(([lane]) => lane),
    );
    for (const [lane] of emptied) {
      const dueInMs = next.get(lane.subscriptionId);
      if (dueInMs !== undefined)
        lanes.wait(lanes.lane(lane.partition, lane.accountId, lane.subscriptionId), dueInMs);
    }
  }

  /** Claims, and answers how many each lane got. */
  async #takeInHand(rooms: readonly LaneRoom[]): Promise<Map<string, number>> {
    const { db, lanes, ownership } = this.#options;
    const taken = new Map<string, number>();
    const maxBodyBytes = lanes.bodyRoom();
    for (const delivery of await claimDueDeliveries(db, ownership.dispatcherId, rooms, maxBodyBytes)) {
      taken.set(delivery.subscriptionId, (taken.get(delivery.subscriptionId) ?? 0) + 1);
      const lane = lanes.lane(delivery.partition, delivery.accountId, delivery.subscriptionId);
      // In hand already: the commit that let it wait again came to us as failed, and its outcome is about to be
      // written once more. To run it beside that would send it twice.
      if (!lane.inHand.has(delivery.deliveryId)) lanes.take(lane, delivery);
    }
    return taken;
  }

  #lanesToClaim(): Map<Lane, LaneRoom> {
    const { lanes, ownership } = this.#options;
    const now = performance.now();
    const asked = new Map<Lane, LaneRoom>();
    let left = CLAIM_AT_ONCE;
    for (const lane of this.#due) {
      if (left <= 0) break;
      const epoch = ownership.epochOf(lane.partition);
      const room = Math.min(lanes.room(lane), left);
      if (epoch === undefined || lane.dueAtMs === undefined || lane.dueAtMs > now || room <= 0) continue;
      // To the back, so that the next round begins with the lanes that did not get a turn.
      this.#due.delete(lane);
      this.#due.add(lane);
      asked.set(lane, {
        partition: lane.partition,
        epoch,
        subscriptionId: lane.subscriptionId,
        room,
        bodyRoom: lanes.laneBodyRoom(lane),
      });
      left -= room;
    }
    return asked;
  }
}
