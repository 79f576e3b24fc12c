/**
 * What this process may send for: its partitions with their epochs, proven by a heartbeat.
 * Validity is judged by the monotonic clock, so a stepped wall clock changes nothing.
 */
import { hostname } from "node:os";
import { newUuid } from "@stellwerk/delivery";
import type { History } from "@stellwerk/history";
import type { Log } from "@stellwerk/log";
import {
  heartbeat,
  releasePartitions,
  takePartitions,
  type Database,
  type OwnedPartition,
} from "@stellwerk/store";
import { writeTakeover } from "./write-history.ts";

const HEARTBEAT_MS = 3_000;
/** A process that could not prove itself for this long starts nothing. A takeover (issue 7) must wait longer than this. */
const VALID_MS = 10_000;

export interface OwnershipOptions {
  readonly db: Database;
  readonly log: Log;
  readonly history?: History | undefined;
  /** Another dispatcher took a partition: nothing of it may be sent or written any more. */
  onLost(partitions: readonly number[]): void;
}

export class Ownership {
  readonly dispatcherId = newUuid();
  readonly #options: OwnershipOptions;
  readonly #epochs = new Map<number, number>();
  #provenAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #released = false;

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  /** Takes every partition with a new epoch. */
  async take(): Promise<void> {
    const { db, log } = this.#options;
    const startedAt = performance.now();
    const takeover = await takePartitions(db, {
      id: this.dispatcherId,
      host: hostname(),
      pid: process.pid,
    });
    for (const { partition, epoch } of takeover.partitions) this.#epochs.set(partition, epoch);
    this.#provenAt = startedAt;
    writeTakeover(this.#options.history, takeover);
    log.info(
      { dispatcher: this.dispatcherId, partitions: takeover.partitions.length, requeued: takeover.requeued },
      takeover.requeued > 0
        ? "took over; deliveries that were in hand wait again, marked possibly sent"
        : "took the partitions",
    );
    this.#timer = setTimeout(() => void this.#beat(), HEARTBEAT_MS);
  }

  get partitions(): readonly OwnedPartition[] {
    return [...this.#epochs].map(([partition, epoch]) => ({ partition, epoch }));
  }

  epochOf(partition: number): number | undefined {
    return this.#epochs.get(partition);
  }

  /** May a send for this partition start right now? */
  isValid(partition: number, epoch: number): boolean {
    return this.#epochs.get(partition) === epoch && performance.now() - this.#provenAt < VALID_MS;
  }

  /** The store said no: somebody else holds these now. */
  lose(partitions: readonly number[]): void {
    const lost = partitions.filter((partition) => this.#epochs.delete(partition));
    if (lost.length === 0) return;
    this.#options.history?.write({ kind: "lost", partitions: lost });
    this.#options.onLost(lost);
  }

  async release(): Promise<void> {
    this.#released = true;
    clearTimeout(this.#timer);
    await releasePartitions(this.#options.db, this.dispatcherId);
    this.#options.history?.write({ kind: "released", partitions: [...this.#epochs.keys()] });
  }

  async #beat(): Promise<void> {
    const startedAt = performance.now();
    try {
      const owned = await heartbeat(this.#options.db, this.dispatcherId);
      const epochs = new Map(owned.map((each) => [each.partition, each.epoch]));
      this.#provenAt = startedAt;
      this.lose(
        this.partitions
          .filter((each) => epochs.get(each.partition) !== each.epoch)
          .map((each) => each.partition),
      );
    } catch (error) {
      this.#options.log.warn({ err: error }, "the heartbeat failed; sending stops if it stays away");
    }
    if (!this.#released) this.#timer = setTimeout(() => void this.#beat(), HEARTBEAT_MS);
  }
}
