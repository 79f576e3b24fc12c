/**
 * Reads for all partitions of a consumer: one query for those that can go on. A partition asks for its
 * next batch when it is done with the last one, so nothing is read ahead and memory stays bounded.
 */
import pg from "pg";
import type { BusRecord } from "../port.ts";
import { partitionKey } from "../consuming/assigned-partition.ts";
import type { AssignedPartition } from "../consuming/assigned-partition.ts";
import { numberArray } from "./connections.ts";
import type { Connections } from "./connections.ts";
import type { Head } from "./doorbell.ts";
import { decodeHead } from "./record-head.ts";
import { SegmentIndex } from "./segment-index.ts";
import { segmentTable } from "./segment-table.ts";
import { sqlFile } from "./sql-file.ts";

const readRecords = sqlFile("read-records");
const DEADLINE_MS = 10_000;
/** One batch, and all batches of one query. */
const BATCH_BYTES = 4 * 1024 * 1024;
const QUERY_BYTES = 8 * 1024 * 1024;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
/** SQLSTATE of a table that does not exist: the segment was dropped. */
const UNDEFINED_TABLE = "42P01";

export interface FetcherOptions {
  readonly connections: Connections;
  readonly maxBatchRecords: number;
  /** Records between the two offsets were dropped before they were read. */
  onGap(partition: AssignedPartition, from: bigint, to: bigint): void;
  onError(error: unknown): void;
}

type Row = [partition: number, offset: string, storedMs: string, head: Buffer, value: Buffer];
interface Hungry {
  readonly partition: AssignedPartition;
  readonly head: Head;
}

export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #segments: SegmentIndex;
  readonly #heads = new Map<string, Head>();
  readonly #waiting = new Map<AssignedPartition, (records: BusRecord[] | undefined) => void>();
  #running = false;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#segments = new SegmentIndex(options.connections);
  }

  /** How far partitions have come; an older message may arrive after a newer one. */
  hear(heads: readonly Head[]): void {
    for (const head of heads) {
      const key = partitionKey(head.topicId, head.partition);
      const known = this.#heads.get(key);
      if (!known || known.nextOffset < head.nextOffset) this.#heads.set(key, head);
    }
    if (!this.#running) void this.#run();
  }

  /** Resolves with at least one record as soon as there is one; undefined when the partition is closing. */
  next(partition: AssignedPartition): Promise<BusRecord[] | undefined> {
    if (partition.closing.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const onClosing = () => this.#feed(partition, undefined);
      partition.closing.addEventListener("abort", onClosing, { once: true });
      this.#waiting.set(partition, (records) => {
        partition.closing.removeEventListener("abort", onClosing);
        resolve(records);
      });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Partitions that finish in this turn of the event loop share the query.
    await new Promise((resolve) => setImmediate(resolve));
    let retryMs = FIRST_RETRY_MS;
    for (let hungry = this.#hungry(); hungry.length > 0; hungry = this.#hungry()) {
      if (await this.#fetch(hungry)) retryMs = FIRST_RETRY_MS;
      else {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
      }
    }
    this.#running = false;
  }

  /** False: nothing could be read. */
  async #fetch(hungry: readonly Hungry[]): Promise<boolean> {
    try {
      const batchBytes = Math.min(BATCH_BYTES, Math.ceil(QUERY_BYTES / hungry.length));
      let fed = 0;
      for (const [segmentId, partitions] of await this.#locate(hungry)) {
        fed += await this.#read(segmentId, partitions, batchBytes);
      }
      if (fed > 0) return true;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE))
        this.#options.onError(error);
    }
    // Perhaps the list of segments is too old.
    for (const { head } of hungry) this.#segments.forget(head.topicId);
    return false;
  }

  #hungry(): Hungry[] {
    const hungry: Hungry[] = [];
    for (const partition of this.#waiting.keys()) {
      const head = this.#heads.get(partition.key);
      if (head && head.nextOffset > partition.position) hungry.push({ partition, head });
    }
    return hungry;
  }

  async #locate(hungry: readonly Hungry[]): Promise<Map<string, AssignedPartition[]>> {
    const bySegment = new Map<string, AssignedPartition[]>();
    for (const { partition, head } of hungry) {
      const { segmentId, position } = await this.#segments.locate(head, partition.position);
      if (position !== partition.position) {
        this.#options.onGap(partition, partition.position, position);
        partition.position = position;
      }
      const sharing = bySegment.get(segmentId);
      if (sharing) sharing.push(partition);
      else bySegment.set(segmentId, [partition]);
    }
    return bySegment;
  }

  async #read(
    segmentId: string,
    partitions: readonly AssignedPartition[],
    batchBytes: number,
  ): Promise<number> {
    const statement = {
      name: `${readRecords.name}.${segmentId}`,
      text: readRecords.text.replace("bus.record_:segment", segmentTable(segmentId)),
    };
    const rows = await this.#options.connections.run(DEADLINE_MS, (db) =>
      db.query<Row>(statement, [
        numberArray(partitions.map((each) => each.partition)),
        numberArray(partitions.map((each) => each.position)),
        this.#options.maxBatchRecords,
        batchBytes,
      ]),
    );
    const byPartition = Map.groupBy(rows, ([partition]) => partition);
    for (const partition of partitions) {
      const found = byPartition.get(partition.partition);
      if (found)
        this.#feed(
          partition,
          found.map((row) => toRecord(partition.topic.name, row)),
        );
    }
    return byPartition.size;
  }

  #feed(partition: AssignedPartition, records: BusRecord[] | undefined): void {
    const resolve = this.#waiting.get(partition);
    this.#waiting.delete(partition);
    resolve?.(records);
  }
}

function toRecord(topic: string, [partition, offset, storedMs, head, value]: Row): BusRecord {
  const { key, headers } = decodeHead(head);
  return {
    topic,
    partition,
    offset: BigInt(offset),
    key,
    value,
    headers,
    timestamp: new Date(Number(storedMs)),
  };
}
