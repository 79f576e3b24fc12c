/** What was fetched of a partition and waits for its loop: a little ahead, so that a fast handler never waits. */
import type { BusRecord } from "../port.ts";

/** Fetching pauses above, and goes on below half of it. */
const FULL_BYTES = 1024 * 1024;
/** One batch. */
const BATCH_BYTES = 4 * 1024 * 1024;

export class PartitionFeed {
  readonly #maxBatchRecords: number;
  readonly #records: BusRecord[] = [];
  #bytes = 0;
  #waiting: ((records: BusRecord[] | undefined) => void) | undefined;
  /** Where the next fetch must begin; undefined until it is known where to start. */
  position: bigint | undefined;

  constructor(maxBatchRecords: number) {
    this.#maxBatchRecords = maxBatchRecords;
  }

  get isFull(): boolean {
    return this.#bytes >= FULL_BYTES || this.#records.length >= this.#maxBatchRecords * 2;
  }

  get hasRoom(): boolean {
    return this.#bytes < FULL_BYTES / 2 && this.#records.length < this.#maxBatchRecords;
  }

  push(records: readonly BusRecord[]): void {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += record.value.length;
    }
    if (this.#records.length === 0) return;
    const resolve = this.#waiting;
    this.#waiting = undefined;
    resolve?.(this.#take());
  }

  /** Resolves with at least one record as soon as there is one; undefined when `closing` is aborted. */
  next(closing: AbortSignal): Promise<BusRecord[] | undefined> {
    if (closing.aborted) return Promise.resolve(undefined);
    if (this.#records.length > 0) return Promise.resolve(this.#take());
    return new Promise((resolve) => {
      const onClosing = () => {
        this.#waiting = undefined;
        resolve(undefined);
      };
      closing.addEventListener("abort", onClosing, { once: true });
      this.#waiting = (records) => {
        closing.removeEventListener("abort", onClosing);
        resolve(records);
      };
    });
  }

  #take(): BusRecord[] {
    let count = 0;
    for (let bytes = 0; count < this.#maxBatchRecords && bytes < BATCH_BYTES; count++) {
      const record = this.#records[count];
      if (!record) break;
      bytes += record.value.length;
    }
    const taken = this.#records.splice(0, count);
    for (const record of taken) this.#bytes -= record.value.length;
    return taken;
  }
}
