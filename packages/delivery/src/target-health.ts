/** Target health: what attempts said about each lane's target, its breaker, and what of that is to be kept. */
import { Breaker, type BreakerChange, type BreakerParts, type BreakerSnapshot } from "./breaker.ts";
import { initialMemory, RAMP_UP_LIMIT, shrinkLimit } from "./lane-capacity.ts";
import { LaneMemories, type LaneMemory } from "./lane-memory.ts";
import type { LaneResult } from "./lane-result.ts";

type Place = Pick<LaneMemory, "partition" | "accountId" | "subscriptionId">;

/** A breaker that is to be kept: what was written last no longer says what matters. */
export interface BreakerWrite extends Place {
  readonly snapshot: BreakerSnapshot;
}

const NO_CHANGES: readonly BreakerChange[] = [];

export class TargetHealth {
  readonly #parts: BreakerParts;
  /** Of lanes that are idle; an active lane has its own with it. */
  readonly #idle = new LaneMemories();
  readonly #writes = new Map<string, LaneMemory>();

  constructor(parts: BreakerParts) {
    this.#parts = parts;
  }

  /** For a lane that is made now. */
  recall(place: Place): LaneMemory {
    const memory = this.#idle.find(place.subscriptionId);
    if (memory === undefined) return initialMemory(place);
    this.#idle.forget(place.subscriptionId);
    return memory;
  }

  /** Of an idle lane; undefined: nothing is remembered. */
  find(subscriptionId: string): LaneMemory | undefined {
    return this.#idle.find(subscriptionId);
  }

  keep(memory: LaneMemory): void {
    this.#idle.keep(memory);
  }

  /** What is known of the targets of a partition is somebody else's to know. */
  forget(partition: number): void {
    this.#idle.forgetPartition(partition);
    for (const [subscriptionId, memory] of this.#writes) {
      if (memory.partition === partition) this.#writes.delete(subscriptionId);
    }
  }

  record(memory: LaneMemory, result: LaneResult, isProbe: boolean): readonly BreakerChange[] {
    const nowMs = this.#parts.clock.nowMs();
    memory.answeredAtMs = nowMs;
    const failed = result === "failure" || result === "timeout";
    // Made before the last success is noted: that is what its silence is counted from.
    if (failed) memory.breaker ??= new Breaker(this.#parts, memory.lastSuccessMs);
    if (result === "timeout") {
      memory.evidence = "timed_out";
      shrinkLimit(memory);
    } else if (result !== "neutral") memory.evidence = "answered";
    if (result === "success") memory.lastSuccessMs = nowMs;
    const { breaker } = memory;
    if (breaker === undefined) return NO_CHANGES;
    const changes = breaker.record(result, isProbe);
    this.#noteWrite(memory);
    return changes;
  }

  restore(memory: LaneMemory, snapshot: BreakerSnapshot): void {
    memory.breaker = Breaker.restore(this.#parts, snapshot);
    memory.limit = RAMP_UP_LIMIT;
  }

  /** A person looked after the target: as if it had never failed. */
  reset(memory: LaneMemory): void {
    if (memory.breaker === undefined) return;
    memory.breaker.reset();
    memory.limit = RAMP_UP_LIMIT;
    this.#noteWrite(memory);
  }

  takeWrites(): BreakerWrite[] {
    const writes: BreakerWrite[] = [];
    for (const { partition, accountId, subscriptionId, breaker } of this.#writes.values()) {
      const snapshot = breaker?.takeWrite();
      if (snapshot !== undefined) writes.push({ partition, accountId, subscriptionId, snapshot });
    }
    this.#writes.clear();
    return writes;
  }

  #noteWrite(memory: LaneMemory): void {
    if (memory.breaker?.needsWriting === true) this.#writes.set(memory.subscriptionId, memory);
  }
}
