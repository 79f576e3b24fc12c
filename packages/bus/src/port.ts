/**
 * The bus between the apps: what every driver promises.
 * A record is a CloudEvents message in Kafka's binary mode; the bus does not look inside.
 */

/** Header values are bytes and arrive as they were sent. */
export type BusHeaders = Record<string, string | Uint8Array>;

export interface OutgoingRecord {
  readonly topic: string;
  /** Ordering key: records of one key keep their order. The partition is computed from it, the same in every driver. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: BusHeaders;
}

export interface BusRecord {
  readonly topic: string;
  readonly partition: number;
  /** Rises within a partition, not necessarily by one. */
  readonly offset: bigint;
  /** `null` only on records that somebody else wrote to the topic. */
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Record<string, Buffer>;
  /** When the bus took it. */
  readonly timestamp: Date;
}

export interface BusBatch {
  readonly topic: string;
  readonly partition: number;
  /** At least one, in ascending offset. */
  readonly records: readonly BusRecord[];
  /** Aborted when the partition is taken away or the consumer stops; what is written after that may be repeated elsewhere. */
  readonly signal: AbortSignal;
}

/** A record that can never be handled goes to `<topic>.dead` with its reason, and the partition moves on. */
export interface PoisonRecord {
  readonly offset: bigint;
  readonly reason: string;
}

export interface BatchResult {
  readonly dead?: readonly PoisonRecord[];
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Resolved: the batch is handled and will not come again (save after a crash).
   * Thrown: the same batch comes again after a pause, while other partitions go on.
   */
  onBatch(batch: BusBatch): Promise<BatchResult | void>;
  /**
   * Asked at *every* assignment of a partition: the offset to continue from.
   * Undefined: from the group's own committed offset, or the earliest record.
   * A handler that stores its offset with its effects answers from there.
   */
  startFrom?(topic: string, partition: number): Promise<bigint | undefined>;
  /** Most records in one batch; default 500. */
  readonly maxBatchRecords?: number;
  /** First pause after a handler threw, doubling to 30 s; default 500. */
  readonly retryPauseMs?: number;
}

export interface Consumer {
  /** Takes no new batch, waits for those in hand, commits, leaves the group. */
  stop(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
}

export interface EventBus {
  /** Creates missing topics and their `.dead` companions; refuses a topic whose partition count differs. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Resolves when every record is durable; concurrent calls are gathered into one write.
   * Rejects with a retryable `BusUnavailableError` within the driver's deadline, or at once when
   * its bounded buffer is full. After a rejection a record may still have been stored.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumer>;
  /** Answers whether the backend can be reached right now. */
  ping(): Promise<void>;
  /** Flushes what was accepted for publishing, stops consumers, closes connections. */
  close(): Promise<void>;
}
