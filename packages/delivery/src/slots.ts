/**
 * Slots: how many sends run at a time over all lanes, and how much of them a lane may hold. They bound sockets and
 * memory; sharing them by what is known of a target keeps hanging ones from holding them all.
 */
import type { Evidence } from "./lane-memory.ts";

/** Sends of all lanes at a time. */
export const ALL_RUNNING = 1_024;
/** Of them, those of targets that are not known to answer: the rest is for those that did. */
export const UNPROVEN_RUNNING = 768;
/** Of them, those of targets whose last attempt timed out. */
export const TIMED_OUT_RUNNING = 256;
/**
 * The last ones are for lanes that run nothing yet: one each. Without it, the first forty of three hundred busy
 * targets that begin to hang would hold everything until their deadlines.
 */
const FOR_FIRST_SENDS = 384;
/**
 * Beyond its first send a lane holds at most an eighth of what else is free: a few greedy lanes get all they want, and
 * the more there are the less each gets (dynamic thresholds, as switches share their buffers).
 */
const SHARE_OF_FREE = 1 / 8;

export const EVIDENCE: readonly Evidence[] = ["answered", "unknown", "timed_out"];

export class Slots {
  #all = 0;
  #unproven = 0;
  #timedOut = 0;

  get running(): number {
    return this.#all;
  }

  /** Slots that are free for a target of which this is known. */
  free(evidence: Evidence): number {
    let free = ALL_RUNNING - this.#all;
    if (evidence !== "answered") free = Math.min(free, UNPROVEN_RUNNING - this.#unproven);
    if (evidence === "timed_out") free = Math.min(free, TIMED_OUT_RUNNING - this.#timedOut);
    return free;
  }

  /** May a lane that runs so many run one more? The first one needs only a free slot. */
  mayHoldMore(evidence: Evidence, running: number): boolean {
    return running === 0 || running < (this.free(evidence) - FOR_FIRST_SENDS) * SHARE_OF_FREE;
  }

  take(evidence: Evidence): void {
    this.#add(evidence, 1);
  }

  giveBack(evidence: Evidence): void {
    this.#add(evidence, -1);
  }

  #add(evidence: Evidence, count: number): void {
    this.#all += count;
    if (evidence !== "answered") this.#unproven += count;
    if (evidence === "timed_out") this.#timedOut += count;
  }
}
