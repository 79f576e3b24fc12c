/** Offsets on their way to the backend, those of several partitions in one write. */
import { setTimeout as pause } from "node:timers/promises";
import type { AssignedPartition } from "./assigned-partition.ts";

const RETRY_MS = 250;

export interface Offset {
  readonly topicId: number;
  readonly partition: number;
  readonly nextOffset: bigint;
}

export interface OffsetCommitsOptions {
  /** Answers with the keys of the partitions that are still ours. */
  commit(offsets: readonly Offset[]): Promise<Set<string>>;
  /** 0: each batch is committed before the next of its partition is begun. */
  readonly gatherMs: number;
}

export class OffsetCommits {
  readonly #options: OffsetCommitsOptions;
  readonly #open = new Map<AssignedPartition, bigint>();
  readonly #waiting = new Map<AssignedPartition, () => void>();
  #running = false;

  constructor(options: OffsetCommitsOptions) {
    this.#options = options;
  }

  /** Resolves when the next batch may begin: at once when commits are gathered, else when this one is stored. */
  async add(partition: AssignedPartition, nextOffset: bigint): Promise<void> {
    this.#open.set(partition, nextOffset);
    const stored = new Promise<void>((resolve) => this.#waiting.set(partition, resolve));
    if (!this.#running) void this.#run();
    if (this.#options.gatherMs === 0) await stored;
  }

  /** What is not committed yet; the caller does it. */
  take(partition: AssignedPartition): bigint | undefined {
    const nextOffset = this.#open.get(partition);
    this.#forget(partition);
    return nextOffset;
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#open.size > 0) {
      // Not a reason to stay alive: whoever stops takes what is open.
      if (this.#options.gatherMs > 0) await pause(this.#options.gatherMs, undefined, { ref: false });
      for (const partition of this.#open.keys()) if (partition.lost.aborted) this.#forget(partition);
      if (this.#open.size > 0) await this.#commit([...this.#open]);
    }
    this.#running = false;
  }

  async #commit(batch: readonly [AssignedPartition, bigint][]): Promise<void> {
    try {
      const mine = await this.#options.commit(
        batch.map(([{ topic, partition }, nextOffset]) => ({ topicId: topic.id, partition, nextOffset })),
      );
      for (const [partition, nextOffset] of batch) {
        if (!mine.has(partition.key)) partition.lose();
        if (this.#open.get(partition) === nextOffset) this.#forget(partition);
      }
    } catch {
      // Repeated until it is stored or the session ends, which says so in the log.
      await pause(RETRY_MS);
    }
  }

  #forget(partition: AssignedPartition): void {
    this.#open.delete(partition);
    this.#waiting.get(partition)?.();
    this.#waiting.delete(partition);
  }
}
