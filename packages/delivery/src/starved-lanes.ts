/** Starved lanes: they have something in hand and nothing running, and nothing but a slot is wanting. */
import { FairQueue } from "./fair-queue.ts";
import type { Evidence } from "./lane-memory.ts";
import type { Lane, LaneDelivery } from "./lane.ts";
import { EVIDENCE, type Slots } from "./slots.ts";

/** Lanes of a kind that are asked whether they may have a slot that became free. */
const TRIES = 8;

export class StarvedLanes<D extends LaneDelivery> {
  readonly #queues: Readonly<Record<Evidence, FairQueue<Lane<D>>>> = {
    answered: new FairQueue(),
    unknown: new FairQueue(),
    timed_out: new FairQueue(),
  };
  /** Which kind is asked first. */
  #turn = 0;

  add(lane: Lane<D>, evidence: Evidence): void {
    lane.starvedAs = evidence;
    this.#queues[evidence].add(lane);
  }

  leave(lane: Lane<D>): void {
    if (lane.starvedAs === undefined) return;
    this.#queues[lane.starvedAs].delete(lane);
    lane.starvedAs = undefined;
  }

  /** A slot became free: in turn over kinds, accounts and lanes. Who may not start comes back to the end of its queue. */
  offer(slots: Slots, start: (lane: Lane<D>) => void): void {
    this.#turn = (this.#turn + 1) % EVIDENCE.length;
    for (let kind = 0; kind < EVIDENCE.length; kind += 1) {
      const evidence = EVIDENCE[(this.#turn + kind) % EVIDENCE.length] ?? "answered";
      const queue = this.#queues[evidence];
      for (let tries = Math.min(TRIES, queue.size); tries > 0 && slots.free(evidence) > 0; tries -= 1) {
        const lane = queue.next();
        if (lane !== undefined) start(lane);
      }
    }
  }
}
