/**
 * Slots: how many sends run at a time over all lanes, and how much of them a lane and its account may hold. They
 * bound sockets and memory; how they are shared keeps targets that hang from holding them all, without knowing yet
 * which those are. The numbers are argued in docs/decisions/0011.
 */
import type { Evidence } from "./lane-memory.ts";

/** Sends of all lanes at a time. */
const ALL_RUNNING = 1_024;
/** Of them, those of targets that are not known to answer: the rest is for those that did. */
const UNPROVEN_RUNNING = 768;
/** Of them, those of targets whose last attempt timed out. */
const TIMED_OUT_RUNNING = 256;
/**
 * The last ones are for lanes that run nothing yet, one each. Without it the first forty of three hundred busy
 * targets that begin to hang would hold everything until their deadlines.
 */
const FOR_FIRST_SENDS = 320;
/** An account that holds its share of all slots leaves so many to those that do not. */
const FOR_OTHER_ACCOUNTS = 448;
/** However many accounts there are: one target of an account that hangs must not stop its other ones. */
const SMALLEST_SHARE = 48;
/**
 * Beyond its first send a lane holds at most an eighth of what else is free: a few greedy lanes get all they want, and
 * the more there are the less each gets (dynamic thresholds, as switches share their buffers).
 */
const SHARE_OF_FREE = 1 / 8;

export const EVIDENCE: readonly Evidence[] = ["answered", "unknown", "timed_out"];

interface Holder {
  readonly accountId: string;
  readonly running: number;
}

export class Slots {
  #all = 0;
  #unproven = 0;
  #timedOut = 0;
  readonly #byAccount = new Map<string, number>();

  get running(): number {
    return this.#all;
  }

  /** May this lane start one more? */
  mayStart(lane: Holder, evidence: Evidence): boolean {
    const free = this.free(evidence);
    if (free <= 0) return false;
    const share = Math.max(SMALLEST_SHARE, ALL_RUNNING / this.#byAccount.size);
    if (this.#of(lane.accountId) >= share && ALL_RUNNING - this.#all <= FOR_OTHER_ACCOUNTS) return false;
    return lane.running === 0 || lane.running < (free - FOR_FIRST_SENDS) * SHARE_OF_FREE;
  }

  /** Slots that are free for a target of which this is known. */
  free(evidence: Evidence): number {
    let free = ALL_RUNNING - this.#all;
    if (evidence !== "answered") free = Math.min(free, UNPROVEN_RUNNING - this.#unproven);
    if (evidence === "timed_out") free = Math.min(free, TIMED_OUT_RUNNING - this.#timedOut);
    return free;
  }

  take(accountId: string, evidence: Evidence): void {
    this.#count(evidence, 1);
    this.#byAccount.set(accountId, this.#of(accountId) + 1);
  }

  giveBack(accountId: string, evidence: Evidence): void {
    this.#count(evidence, -1);
    const left = this.#of(accountId) - 1;
    if (left > 0) this.#byAccount.set(accountId, left);
    else this.#byAccount.delete(accountId);
  }

  #of(accountId: string): number {
    return this.#byAccount.get(accountId) ?? 0;
  }

  #count(evidence: Evidence, count: number): void {
    this.#all += count;
    if (evidence !== "answered") this.#unproven += count;
    if (evidence === "timed_out") this.#timedOut += count;
  }
}
