/**
 * Lanes: one subscription's share of the dispatcher. A lane that is full keeps its backlog in
 * the store, not in memory. Token buckets, breakers and fairness over accounts come with the
 * delivery core (issue 6); here a lane has a concurrency cap and a bounded number in hand.
 */
import type { ClaimedDelivery } from "@stellwerk/store";

/** Sends of one lane at a time. */
const LANE_CONCURRENCY = 32;
/** Claimed deliveries of one lane in memory: running, waiting their turn, or waiting to be recorded. */
const LANE_IN_HAND = 256;
/** Sends of all lanes at a time: bounds sockets. */
const ALL_RUNNING = 1_024;
/** Event bodies in hand of one lane, so that a target that hangs over large ones leaves room for the others. */
const LANE_BODY_BYTES = 8 * 1024 * 1024;
/** Event bodies in hand over all lanes. */
const ALL_BODY_BYTES = 64 * 1024 * 1024;

export interface Lane {
  readonly partition: number;
  readonly accountId: string;
  readonly subscriptionId: string;
  readonly inHand: Map<string, ClaimedDelivery>;
  readonly waiting: ClaimedDelivery[];
  bodyBytes: number;
  /** Slots kept for deliveries whose claim is being committed. */
  reserved: number;
  running: number;
  /** When the first delivery that waits in the store is due, on the monotonic clock; undefined: none waits. */
  dueAtMs: number | undefined;
}

export interface LanesOptions {
  /** Runs one delivery; the lane's slot is free again when it resolves. */
  run(delivery: ClaimedDelivery): Promise<void>;
  /** A lane has something due in the store and room for it, now or at its `dueAtMs`. */
  onDue(lane: Lane): void;
}

export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with something waiting although others took all the places; in turn. */
  readonly #starved = new Set<Lane>();
  #running = 0;
  #bodyBytes = 0;
  #stopped = false;
  #onDrained: (() => void) | undefined;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  lane(partition: number, accountId: string, subscriptionId: string): Lane {
    let lane = this.#lanes.get(subscriptionId);
    if (lane === undefined) {
      lane = {
        partition,
        accountId,
        subscriptionId,
        inHand: new Map(),
        waiting: [],
        bodyBytes: 0,
        reserved: 0,
        running: 0,
        dueAtMs: undefined,
      };
      this.#lanes.set(subscriptionId, lane);
    }
    return lane;
  }

  all(): Iterable<Lane> {
    return this.#lanes.values();
  }

  /** How many more deliveries the lane may take in hand. */
  room(lane: Lane): number {
    if (this.#stopped || this.bodyRoom() <= 0 || this.laneBodyRoom(lane) <= 0) return 0;
    return LANE_IN_HAND - lane.inHand.size - lane.reserved;
  }

  /** Bytes of event bodies that may still be taken in hand: a thousand of the largest would be a gigabyte. */
  bodyRoom(): number {
    return Math.max(0, ALL_BODY_BYTES - this.#bodyBytes);
  }

  laneBodyRoom(lane: Lane): number {
    return LANE_BODY_BYTES - lane.bodyBytes;
  }

  /** Keeps a place for a delivery that may run at once: nothing older of its lane waits in the store. */
  reserve(lane: Lane): boolean {
    if (lane.dueAtMs !== undefined && lane.dueAtMs <= performance.now()) return false;
    if (this.room(lane) <= 0) return false;
    lane.reserved += 1;
    return true;
  }

  cancelReservation(lane: Lane): void {
    lane.reserved -= 1;
    this.#dropIfIdle(lane);
  }

  /** Takes a claimed delivery in hand. */
  take(lane: Lane, delivery: ClaimedDelivery): void {
    lane.inHand.set(delivery.deliveryId, delivery);
    this.#bodyBytes += delivery.event.body.length;
    lane.bodyBytes += delivery.event.body.length;
    lane.waiting.push(delivery);
    this.#start(lane);
  }

  /** Something of this lane waits in the store and is due in `dueInMs`. */
  wait(lane: Lane, dueInMs: number): void {
    const dueAtMs = performance.now() + dueInMs;
    if (lane.dueAtMs === undefined || dueAtMs < lane.dueAtMs) {
      lane.dueAtMs = dueAtMs;
      this.#options.onDue(lane);
    }
  }

  /** Nothing of this lane waits in the store. */
  clearDue(lane: Lane): void {
    lane.dueAtMs = undefined;
    this.#dropIfIdle(lane);
  }

  /** The delivery is recorded, or no longer ours. */
  letGo(delivery: ClaimedDelivery): void {
    const lane = this.#lanes.get(delivery.subscriptionId);
    if (lane === undefined || !lane.inHand.delete(delivery.deliveryId)) return;
    const wasFull = this.bodyRoom() <= 0;
    this.#bodyBytes -= delivery.event.body.length;
    lane.bodyBytes -= delivery.event.body.length;
    if (wasFull && this.bodyRoom() > 0) this.#offerRoom();
    // Half a lane at a time: a claim for each place that becomes free would be a statement per delivery.
    const halfFree = lane.inHand.size <= LANE_IN_HAND / 2 && lane.bodyBytes <= LANE_BODY_BYTES / 2;
    if (lane.dueAtMs !== undefined && halfFree) this.#options.onDue(lane);
    this.#dropIfIdle(lane);
  }

  /** Ids of everything in hand. */
  inHand(): string[] {
    return [...this.#lanes.values()].flatMap((lane) => [...lane.inHand.keys()]);
  }

  /** Starts nothing more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Lets go of what was claimed but never started, and answers it. */
  takeUnstarted(): ClaimedDelivery[] {
    const unstarted = [...this.#lanes.values()].flatMap((lane) => lane.waiting.splice(0));
    for (const delivery of unstarted) this.letGo(delivery);
    return unstarted;
  }

  /** Resolves when no attempt is running any more. */
  drained(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onDrained = resolve;
    return promise;
  }

  #start(lane: Lane): void {
    while (lane.waiting.length > 0 && lane.running < LANE_CONCURRENCY && !this.#stopped) {
      if (this.#running >= ALL_RUNNING) {
        this.#starved.add(lane);
        return;
      }
      const delivery = lane.waiting.shift();
      if (delivery === undefined) return;
      lane.running += 1;
      this.#running += 1;
      void this.#options.run(delivery).finally(() => {
        lane.running -= 1;
        this.#running -= 1;
        this.#start(lane);
        this.#startStarved();
        if (this.#running === 0) this.#onDrained?.();
        this.#dropIfIdle(lane);
      });
    }
    this.#starved.delete(lane);
  }

  /** Large bodies left no room for anybody: the lanes that wait with nothing in hand have nothing else to wake them. */
  #offerRoom(): void {
    for (const lane of this.#lanes.values()) if (lane.dueAtMs !== undefined) this.#options.onDue(lane);
  }

  #startStarved(): void {
    for (const lane of this.#starved) {
      if (this.#running >= ALL_RUNNING) return;
      this.#starved.delete(lane);
      this.#start(lane);
    }
  }

  #dropIfIdle(lane: Lane): void {
    const idle =
      lane.inHand.size === 0 && lane.running === 0 && lane.reserved === 0 && lane.dueAtMs === undefined;
    // Only itself: another one may have been made in its place, with deliveries in hand.
    if (idle && this.#lanes.get(lane.subscriptionId) === lane) this.#lanes.delete(lane.subscriptionId);
  }
}
