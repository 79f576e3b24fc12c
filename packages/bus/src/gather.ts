/**
 * Concurrent publish calls become one write: what arrives while a write is in flight waits for the next.
 * Bounded in bytes and in time; a failed write is tried again until its callers' deadlines.
 */
import { BusClosedError, BusUnavailableError, RecordsTooLargeError } from "./errors.ts";
import { GatherPace } from "./gather-pace.ts";
import type { OutgoingRecord } from "./port.ts";
import type { BusWatch } from "./watch.ts";

/** One write; larger only when a single call is. */
const WRITE_BYTES = 512 * 1024;
const WRITE_RECORDS = 500;
/** What one call may publish: a batch of Kafka's (`max.message.bytes`) must hold it. */
const CALL_BYTES = 4 * 1024 * 1024;
const FIRST_RETRY_MS = 10;
const MAX_RETRY_MS = 500;

export interface GatherOptions {
  /** Stores all of them or throws, within `timeoutMs`. Never called while an earlier call is running. */
  write(records: readonly OutgoingRecord[], timeoutMs: number): Promise<void>;
  /** How long a call may wait for its answer. */
  readonly deadlineMs: number;
  /** What waits and what is in flight together. */
  readonly bufferBytes: number;
  /** Longest wait for company; what a write costs decides. */
  readonly gatherMs?: number;
  readonly watch?: BusWatch | undefined;
}

interface Call {
  /** Emptied when the call is answered, so that an expired one holds no memory. */
  records: readonly OutgoingRecord[];
  readonly bytes: number;
  readonly expiresAt: number;
  settle(error?: Error): void;
}

export class Gatherer {
  readonly #options: GatherOptions;
  readonly #pace: GatherPace;
  #waiting: Call[] = [];
  #bufferedBytes = 0;
  #lastError: unknown;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: GatherOptions) {
    this.#options = options;
    this.#pace = new GatherPace(options.gatherMs);
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (this.#closed) return Promise.reject(new BusClosedError());
    if (records.length === 0) return Promise.resolve();
    const bytes = sum(records.map(sizeOf));

    if (bytes > CALL_BYTES) return Promise.reject(new RecordsTooLargeError(bytes, CALL_BYTES));
    if (this.#bufferedBytes + bytes > this.#options.bufferBytes) {
      return Promise.reject(
        new BusUnavailableError(
          "The bus takes records more slowly than they arrive, and its buffer is full",
          {
            cause: this.#lastError,
          },
        ),
      );
    }
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push(this.#openCall(records, bytes, resolve, reject));
      this.#pace.arrived(records.length, bytes);
      this.#running ??= this.#run();
    });
  }

  /** Writes what was accepted, takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#pace.hurry();
    await this.#running;
  }

  #openCall(
    records: readonly OutgoingRecord[],
    bytes: number,
    resolve: () => void,
    reject: (error: Error) => void,
  ): Call {
    const { deadlineMs } = this.#options;
    this.#bufferedBytes += bytes;
    let settled = false;
    const settle = (error?: Error) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      this.#bufferedBytes -= bytes;
      call.records = [];
      if (error) reject(error);
      else resolve();
    };
    const timer = setTimeout(() => {
      settle(
        new BusUnavailableError(`The bus did not take the records within ${deadlineMs} ms`, {
          cause: this.#lastError,
        }),
      );
    }, deadlineMs);
    const call: Call = { records, bytes, expiresAt: performance.now() + deadlineMs, settle };
    return call;
  }

  async #run(): Promise<void> {
    // Everything that arrived in this turn of the event loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      this.#pace.begin();
      await this.#pace.waitForCompany();
      const stored = await this.#write(this.#take());
      this.#pace.end(
        sum(this.#waiting.map((call) => call.records.length)),
        sum(this.#waiting.map((call) => call.bytes)),
      );
      // Last: a caller that publishes again at once has not arrived during this write.
      for (const call of stored) call.settle();
    }
    this.#running = undefined;
  }

  #take(): Call[] {
    let records = 0;
    let bytes = 0;
    const end = this.#waiting.findIndex((call, index) => {
      records += call.records.length;
      bytes += call.bytes;
      return index > 0 && (records > WRITE_RECORDS || bytes > WRITE_BYTES);
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  /**
   * Again until it is stored or nobody waits for it any more; resolves with those stored.
   * Trying again here beats the caller's trying again: the ids in the records stay the same.
   */
  async #write(calls: Call[]): Promise<Call[]> {
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
      const open = calls.filter((call) => call.records.length > 0);
      const last = open.at(-1);
      if (!last) return [];
      const records = open.flatMap((call) => call.records);
      const startedAt = performance.now();
      try {
        await this.#options.write(records, Math.max(1, last.expiresAt - startedAt));
        this.#lastError = undefined;
        this.#options.watch?.wrote(records.length, performance.now() - startedAt);
        return open;
      } catch (error) {
        this.#lastError = error;
        this.#options.watch?.writeFailed();
        await pause(retryMs);
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Headers are ASCII names and mostly ASCII values: their length in characters is near enough for a limit. */
function sizeOf(record: OutgoingRecord): number {
  let bytes = record.key.length + record.value.byteLength;
  for (const name in record.headers) bytes += name.length + (record.headers[name]?.length ?? 0);
  return bytes;
}
