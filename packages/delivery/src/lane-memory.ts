/**
 * What is remembered of a lane while it has nothing in hand and nothing due: how many sends at a time it has earned,
 * whether its target answered last, its breaker and its tokens. Small and bounded, but an open breaker is never forgotten.
 */
import type { Breaker } from "./breaker.ts";
import type { LaneSettings } from "./lane.ts";
import { TokenBucket, type Rate } from "./token-bucket.ts";

/** What is known of a target; it decides how much of the scarce slots it may hold. */
export type Evidence = "answered" | "unknown" | "timed_out";

export interface LaneMemory {
  readonly partition: number;
  readonly accountId: string;
  readonly subscriptionId: string;
  /** Sends at a time that it has earned. */
  limit: number;
  evidence: Evidence;
  /** On the monotonic clock. */
  answeredAtMs: number;
  lastSuccessMs: number;
  breaker: Breaker | undefined;
  /** As it was configured last, for installations that do not say it when a lane is made. */
  settings: LaneSettings;
  rate: Rate | undefined;
  bucket: TokenBucket | undefined;
  drain: TokenBucket | undefined;
}

/** Two generations of it: at about 200 bytes each, 8 MB. */
const GENERATION = 20_000;

export class LaneMemories {
  /** The young and the old: when the young are too many they become the old, and the old are forgotten. */
  #young = new Map<string, LaneMemory>();
  #old = new Map<string, LaneMemory>();
  readonly #broken = new Map<string, LaneMemory>();

  get size(): number {
    return this.#young.size + this.#old.size + this.#broken.size;
  }

  /** Of lanes that are idle. */
  find(subscriptionId: string): LaneMemory | undefined {
    return (
      this.#young.get(subscriptionId) ?? this.#old.get(subscriptionId) ?? this.#broken.get(subscriptionId)
    );
  }

  keep(memory: LaneMemory): void {
    this.forget(memory.subscriptionId);
    if (memory.breaker?.isClean === true) memory.breaker = undefined;
    if (memory.breaker !== undefined && memory.breaker.state !== "closed") {
      this.#broken.set(memory.subscriptionId, memory);
      return;
    }
    if (this.#young.size >= GENERATION) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(memory.subscriptionId, memory);
  }

  forgetPartition(partition: number): void {
    for (const memories of [this.#young, this.#old, this.#broken]) {
      for (const memory of memories.values()) {
        if (memory.partition === partition) memories.delete(memory.subscriptionId);
      }
    }
  }

  forget(subscriptionId: string): void {
    this.#young.delete(subscriptionId);
    this.#old.delete(subscriptionId);
    this.#broken.delete(subscriptionId);
  }
}

/** Buckets for the rates that are configured now; one whose rate stays the same keeps its tokens. */
export function keepRates(memory: LaneMemory, settings: LaneSettings, nowMs: number): void {
  const { perSecond, burst, drainPerSecond } = settings;
  if (perSecond !== memory.rate?.perSecond || burst !== memory.rate?.burst) {
    memory.rate = perSecond === undefined ? undefined : { perSecond, burst };
    memory.bucket = memory.rate && new TokenBucket(memory.rate, nowMs);
  }
  if (drainPerSecond !== memory.settings.drainPerSecond) {
    memory.drain =
      drainPerSecond === undefined ? undefined : new TokenBucket({ perSecond: drainPerSecond }, nowMs);
  }
}
