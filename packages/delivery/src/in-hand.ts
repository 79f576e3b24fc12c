/**
 * In hand: claimed deliveries in memory, over all lanes and in each, with their bodies. Bounded however long the
 * backlog is, and shared so that a lane with nothing in hand always finds room.
 */
import { capacityOf } from "./lane-capacity.ts";
import type { Lane, LaneDelivery } from "./lane.ts";

/** Their bodies are bounded apart; the rest of them is about 30 MB. */
const ALL_IN_HAND = 16_384;
/** Of them, those kept for lanes that have nothing in hand. */
const FOR_FIRST = 4_096;
/** Event bodies of one lane, so that a target that hangs over large ones leaves room for the others. */
const LANE_BODY_BYTES = 8 * 1024 * 1024;
/** Event bodies over all lanes. */
const ALL_BODY_BYTES = 64 * 1024 * 1024;

export class InHand<D extends LaneDelivery> {
  #count = 0;
  #reserved = 0;
  /** While a claim is shared out: what lanes before were given. */
  #promised = 0;
  #bodyBytes = 0;

  get isFull(): boolean {
    return this.#free() <= 0 || this.bodyRoom() <= 0;
  }

  /** Bytes of event bodies that may still be taken in hand: a thousand of the largest would be a gigabyte. */
  bodyRoom(): number {
    return Math.max(0, ALL_BODY_BYTES - this.#bodyBytes);
  }

  laneBodyRoom(lane: Lane<D>): number {
    return Math.min(LANE_BODY_BYTES, Math.max(1, this.bodyRoom() >> 2)) - lane.bodyBytes;
  }

  /** How many more the lane may have, as far as memory goes. */
  room(lane: Lane<D>): number {
    const free = this.#free();
    if (free <= 0 || this.bodyRoom() <= 0 || this.laneBodyRoom(lane) <= 0) return 0;
    const held = lane.inHand.size + lane.reserved;
    // As with slots: the last places are for lanes with nothing in hand, and of the others an eighth of what is free.
    const share = held === 0 ? Math.max(1, free >> 6) : (free - FOR_FIRST) >> 3;
    return Math.max(0, Math.min(capacityOf(lane) - held, share));
  }

  /** Half a lane at a time is claimed: a claim for each place that becomes free would be a statement per delivery. */
  isHalfFree(lane: Lane<D>): boolean {
    return lane.inHand.size <= capacityOf(lane) / 2 && lane.bodyBytes <= LANE_BODY_BYTES / 2;
  }

  add(lane: Lane<D>, delivery: D): void {
    // Its claim of before its partition was lost and taken anew: what still runs of that comes to nothing.
    const outdated = lane.inHand.get(delivery.deliveryId);
    if (outdated !== undefined) this.remove(lane, outdated);
    lane.inHand.set(delivery.deliveryId, delivery);
    this.#count += 1;
    this.#addBytes(lane, delivery.event.body.length);
  }

  remove(lane: Lane<D>, delivery: D): void {
    if (lane.inHand.get(delivery.deliveryId) !== delivery) return;
    lane.inHand.delete(delivery.deliveryId);
    this.#count -= 1;
    this.#addBytes(lane, -delivery.event.body.length);
  }

  reserve(lane: Lane<D>, count: 1 | -1): void {
    lane.reserved += count;
    this.#reserved += count;
  }

  /** `share` hears of room that is no longer there once it was promised to a lane before. */
  sharing<T>(share: (promise: (count: number) => void) => T): T {
    try {
      return share((count) => (this.#promised += count));
    } finally {
      this.#promised = 0;
    }
  }

  #free(): number {
    return ALL_IN_HAND - this.#count - this.#reserved - this.#promised;
  }

  #addBytes(lane: Lane<D>, bytes: number): void {
    this.#bodyBytes += bytes;
    lane.bodyBytes += bytes;
  }
}
