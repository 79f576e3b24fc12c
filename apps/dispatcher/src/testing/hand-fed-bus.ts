/** A bus whose batches a test hands over one by one, to see what the dispatcher makes of exactly those. */
import {
  EVENTS_TOPIC,
  type BatchResult,
  type BusRecord,
  type ConsumeOptions,
  type EventBus,
  type OutgoingRecord,
  type PartitionBounds,
  type TopicPartition,
} from "@stellwerk/bus";
import { formatId, newUuid } from "@stellwerk/delivery";
import { encodeHeaders } from "@stellwerk/events";
import type { Seed } from "@stellwerk/store/testing";

/** Of the seeded account, as far as the dispatcher is told. */
const PARTITION = 1;

/** As many as a test's installation may have. */
const ALL_PARTITIONS = Array.from({ length: 12 }, (_, partition) => partition);

export class HandFedBus implements EventBus {
  #consumer: ConsumeOptions | undefined;
  readonly #assigned: readonly number[];
  /** What the dispatcher published: operations events. */
  readonly published: OutgoingRecord[] = [];

  constructor(assigned: readonly number[] = ALL_PARTITIONS) {
    this.#assigned = assigned;
  }

  assign(partitions: readonly number[]): void {
    this.#consumer?.onAssigned?.(placesOf(partitions));
  }

  revoke(partitions: readonly number[]): void {
    this.#consumer?.onRevoked?.(placesOf(partitions));
  }

  async ensureTopics(): Promise<void> {}
  /** Comes back at once, as from the topic. */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    this.published.push(...records);
    for (const record of records) {
      offset += 1n;
      const headers = Object.entries(record.headers).map(([name, value]) => [name, Buffer.from(value)]);
      const place = { partition: PARTITION, offset, timestamp: new Date() };
      const value = Buffer.from(record.value);
      await this.hand([{ ...record, ...place, value, headers: Object.fromEntries(headers) }]);
    }
  }
  async readBounds(): Promise<PartitionBounds[]> {
    return [];
  }
  async ping(): Promise<void> {}
  async close(): Promise<void> {}

  async consume(options: ConsumeOptions) {
    this.#consumer = options;
    this.assign(this.#assigned);
    return { stop: async () => {} };
  }

  /** What the dispatcher answered for this batch. */
  async hand(records: readonly BusRecord[], handledBefore?: bigint): Promise<BatchResult> {
    const [first] = records;
    if (first === undefined || this.#consumer === undefined) throw new Error("Nothing to hand over");
    const { topic, partition } = first;
    const result = await this.#consumer.onBatch({
      topic,
      partition,
      records,
      handledBefore,
      signal: new AbortController().signal,
    });
    return result ?? {};
  }
}

function placesOf(partitions: readonly number[]): TopicPartition[] {
  return partitions.map((partition) => ({ topic: EVENTS_TOPIC, partition }));
}

let offset = 0n;

export interface RecordChange {
  readonly id?: string;
  readonly type?: string;
  readonly subject?: string;
  readonly accountId?: string;
  readonly value?: string;
}

/** A record as the api publishes it. */
export function recordOf(seed: Seed, change: RecordChange = {}): BusRecord {
  const type = change.type ?? "website_created";
  const account = formatId("acc", change.accountId ?? seed.accountId);
  const headers = encodeHeaders({
    id: formatId("evt", change.id ?? newUuid()),
    type,
    source: `/accounts/${account}/sources/${formatId("src", seed.sourceId)}`,
    subject: change.subject ?? "website/7",
    time: new Date().toISOString(),
    accountId: account,
    contentType: "application/json",
  });
  offset += 1n;
  return {
    topic: EVENTS_TOPIC,
    partition: PARTITION,
    offset,
    key: account,
    value: Buffer.from(change.value ?? JSON.stringify({ event: type, website: { id: 7, title: "Café" } })),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
    timestamp: new Date(),
  };
}
