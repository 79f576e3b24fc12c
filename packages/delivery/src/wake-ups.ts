/** Wake-ups: looks at lanes again when their time has come, with one timer for all of them. */
import type { Clock } from "./clock.ts";
import { TimeHeap } from "./time-heap.ts";

interface Sleeper {
  /** When it is looked at again; undefined: not at all. */
  wakeAtMs: number | undefined;
}

/** Entries that are out of date, before they are thrown out. */
const STALE_ENTRIES = 1_024;

export class WakeUps<L extends Sleeper> {
  readonly #clock: Clock;
  readonly #onWake: (lane: L) => void;
  readonly #heap = new TimeHeap<L>();
  #cancelTimer: (() => void) | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #stopped = false;
  #sleeping = 0;

  constructor(clock: Clock, onWake: (lane: L) => void) {
    this.#clock = clock;
    this.#onWake = onWake;
  }

  /** Too early does no harm: whoever is woken looks whether its time has come. */
  at(lane: L, atMs: number): void {
    if (lane.wakeAtMs !== undefined && lane.wakeAtMs <= atMs) return;
    if (lane.wakeAtMs === undefined) this.#sleeping += 1;
    lane.wakeAtMs = atMs;
    this.#heap.push(atMs, lane);
    if (this.#heap.size > 2 * this.#sleeping + STALE_ENTRIES) this.#throwOutStale();
    this.#arm();
  }

  /** Those that are out of date included. */
  get entries(): number {
    return this.#heap.size;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer?.();
  }

  #arm(): void {
    const atMs = this.#heap.nextAtMs;
    if (this.#stopped || atMs === undefined || atMs >= this.#timerAtMs) return;
    this.#cancelTimer?.();
    this.#timerAtMs = atMs;
    this.#cancelTimer = this.#clock.setTimer(atMs - this.#clock.nowMs(), () => this.#wake());
  }

  /** A lane that waits a day and is moved a little earlier with every sweep would fill the memory until then. */
  #throwOutStale(): void {
    const seen = new Set<L>();
    this.#heap.sift(({ atMs, item }) => {
      if (item.wakeAtMs !== atMs || seen.has(item)) return false;
      seen.add(item);
      return true;
    });
  }

  #wake(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    this.#cancelTimer = undefined;
    const nowMs = this.#clock.nowMs();
    for (let lane = this.#heap.popDue(nowMs); lane !== undefined; lane = this.#heap.popDue(nowMs)) {
      // An entry from before it was moved to an earlier time.
      if (lane.wakeAtMs === undefined || lane.wakeAtMs > nowMs) continue;
      lane.wakeAtMs = undefined;
      this.#sleeping -= 1;
      this.#onWake(lane);
    }
    this.#arm();
  }
}
