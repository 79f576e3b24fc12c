/**
 * Fair queue: who waits for something scarce, in turn over accounts and then over an account's lanes, so that one
 * with 10,000 lanes waits as long as one with a single lane. All operations are O(1).
 */
import { Ring } from "./ring.ts";

export interface Queued {
  readonly accountId: string;
}

export class FairQueue<L extends Queued> {
  readonly #lanesOf = new Map<string, Ring<L>>();
  readonly #accounts = new Ring<Ring<L>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Accounts with something waiting. */
  get accounts(): number {
    return this.#accounts.size;
  }

  has(lane: L): boolean {
    return this.#lanesOf.get(lane.accountId)?.has(lane) ?? false;
  }

  add(lane: L): void {
    let lanes = this.#lanesOf.get(lane.accountId);
    if (lanes === undefined) {
      lanes = new Ring();
      this.#lanesOf.set(lane.accountId, lanes);
      this.#accounts.add(lanes);
    }
    if (lanes.has(lane)) return;
    lanes.add(lane);
    this.#size += 1;
  }

  delete(lane: L): void {
    const lanes = this.#lanesOf.get(lane.accountId);
    if (lanes === undefined || !lanes.delete(lane)) return;
    this.#size -= 1;
    if (lanes.size > 0) return;
    this.#lanesOf.delete(lane.accountId);
    this.#accounts.delete(lanes);
  }

  /** The lanes of the account whose turn it is; the account goes to the back. */
  nextAccount(): Ring<L> | undefined {
    return this.#accounts.rotate();
  }

  /** The lane whose turn it is; it stays in the queue, at the back. */
  next(): L | undefined {
    return this.#accounts.rotate()?.rotate();
  }
}
