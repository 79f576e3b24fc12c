/**
 * The bus between the apps: what every driver promises. `@stellwerk/bus/testing` holds a test for each promise.
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
  /** At least one, in ascending offset. A batch ends at 4 MiB of values, or with the record that passes it. */
  readonly records: readonly BusRecord[];
  /**
   * How far the group had come, by its own commit, when the partition was assigned. Records below it were handled
   * before and come again because `startFrom` went back: the handler's store was restored from a backup.
   */
  readonly handledBefore: bigint | undefined;
  /**
   * Aborted when the partition was lost: this consumer's session ended, another one may be handling the same
   * records, and what onBatch answers is ignored. `stop` and a polite hand-over wait for the batch instead.
   */
  readonly signal: AbortSignal;
}

/** A record that can never be handled goes to `<topic>.dead` with its reason, and the partition moves on. */
export interface PoisonRecord {
  readonly offset: bigint;
  readonly reason: string;
}

export interface BatchResult {
  /**
   * Put aside after onBatch resolved. So a handler that stores its own offset (see `startFrom`) must not store
   * one past the first of these in this batch: a crash in between would lose the record to the dead topic.
   */
  readonly dead?: readonly PoisonRecord[];
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Called for several partitions at once, never twice at once for the same one.
   * Resolved: the batch is handled and will not come again (save after a crash).
   * Thrown: the same batch comes again after a pause, while other partitions go on.
   */
  onBatch(batch: BusBatch): Promise<BatchResult | void>;
  /**
   * Asked at *every* assignment of a partition: the offset to continue from.
   * Undefined: from the group's own committed offset, or the earliest record.
   * A handler that stores its offset with its effects answers from there; the group's commits are then
   * gathered (up to 1 s), for they only say what the bus may forget.
   * An offset whose record is gone, or that the topic has not reached (it was made anew), is the earliest record.
   */
  startFrom?(topic: string, partition: number): Promise<bigint | undefined>;
  /** This consumer reads these from now on. Called before their first batch; only a word, nothing waits for it. */
  onAssigned?(partitions: readonly TopicPartition[]): void;
  /** It reads these no more: they were handed over, or lost, or it stopped. */
  onRevoked?(partitions: readonly TopicPartition[]): void;
  /** Most records in one batch; default 500. */
  readonly maxBatchRecords?: number;
  /** First pause after a handler threw, doubling to 30 s; default 500. */
  readonly retryPauseMs?: number;
}

export interface Consumer {
  /** Takes no new batch, waits for those in hand, commits, leaves the group: the others take over at once. */
  stop(): Promise<void>;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  /** What is older may be gone, read or not. */
  readonly retentionMs: number;
}

/** What a partition holds right now. */
export interface PartitionBounds {
  readonly partition: number;
  /** Of its first record that is still there; the same as `next` when there is none. */
  readonly earliest: bigint;
  /** What the next record will get. */
  readonly next: bigint;
}

export interface EventBus {
  /** Creates missing topics and their `.dead` companions; refuses a topic whose partition count differs. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Resolves when every record is durable; concurrent calls are gathered into one write. Needs `ensureTopics` first.
   * Rejects with a retryable `BusUnavailableError` within the driver's deadline, or at once when
   * its bounded buffer is full. After a rejection a record may still have been stored,
   * and a record may be stored twice when the backend's answer was lost.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** Resolves when this consumer is a member of the group. Needs `ensureTopics` first. */
  consume(options: ConsumeOptions): Promise<Consumer>;
  /** Each partition of a topic: a tool that reads until `next` has read everything there was when it asked. */
  readBounds(topic: string): Promise<readonly PartitionBounds[]>;
  /** Resolves when the backend answers right now, else rejects with a `BusUnavailableError`. */
  ping(): Promise<void>;
  /** Flushes what was accepted for publishing, stops consumers, closes connections. */
  close(): Promise<void>;
}
