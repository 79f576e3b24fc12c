/**
 * Reads topics as a member of a group. kafkajs fetches and hands over at once; each partition's loop handles its
 * batches outside of it, so that no handler, however slow, holds up heartbeats, other partitions or the group.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { EachBatchPayload } from "kafkajs";
import type { Logger } from "pino";
import type { ConsumeOptions, Consumer, OutgoingRecord } from "../port.ts";
import { AssignedPartition } from "../consuming/assigned-partition.ts";
import { OffsetCommits } from "../consuming/offset-commits.ts";
import type { Offset } from "../consuming/offset-commits.ts";
import { runPartition } from "../consuming/partition-loop.ts";
import { placeOf, tellAssigned, tellRevoked } from "../consuming/tell-assignment.ts";
import type { AdminClient } from "./admin-client.ts";
import type { Client } from "./client.ts";
import { Membership } from "./membership.ts";
import type { AssignedTopicPartition } from "./membership.ts";
import { PartitionFeed } from "./partition-feed.ts";
import type { Claim } from "./polite-assigner.ts";
import { toRecord } from "./record.ts";
import { StartOffsets } from "./start-offsets.ts";
import type { Topic } from "../topic.ts";

const DEFAULT_BATCH_RECORDS = 500;
const GATHER_COMMITS_MS = 1_000;
const RETRY_MS = 250;

export interface GroupConsumerOptions {
  readonly openClient: () => Client;
  readonly admin: AdminClient;
  readonly reads: readonly Topic[];
  readonly sessionTimeoutMs: number;
  readonly log: Logger;
  readonly consume: ConsumeOptions;
  readonly publish: (records: readonly OutgoingRecord[]) => Promise<void>;
}

interface Held {
  readonly partition: AssignedPartition;
  readonly feed: PartitionFeed;
  /** Where a fetch began last that should have begun elsewhere. */
  strayedTo?: bigint;
}

export class GroupConsumer implements Consumer {
  readonly #options: GroupConsumerOptions;
  readonly #membership: Membership;
  readonly #starts: StartOffsets;
  readonly #commits: OffsetCommits;
  readonly #held = new Map<string, Held>();
  /** Also of partitions that were lost while their handler was still busy. */
  readonly #loops = new Map<string, Promise<void>>();
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    const { consume, log, admin, sessionTimeoutMs, openClient } = options;
    this.#options = options;
    this.#starts = new StartOffsets({ admin, group: consume.group, log });
    this.#commits = new OffsetCommits({
      gatherMs: consume.startFrom ? GATHER_COMMITS_MS : 0,
      commit: (offsets) => this.#commit(offsets),
    });
    this.#membership = new Membership({
      openClient,
      group: consume.group,
      topics: consume.topics,
      sessionTimeoutMs,
      claim: () => this.#claim(),
      log,
      onAssigned: (assigned) => this.#hold(assigned),
      onLost: (why) => this.#loseAll(why),
      onFetched: (payload) => this.#take(payload),
      onSkipped: (partition, lastOffset) => {
        const feed = this.#find(partition)?.feed;
        if (feed?.position !== undefined && lastOffset >= feed.position) feed.position = lastOffset + 1n;
      },
    });
  }

  start(): Promise<void> {
    return this.#membership.join();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    for (const { partition } of this.#held.values()) partition.close();
    // Heartbeats go on meanwhile: what is in hand stays ours until it is done.
    while (this.#loops.size > 0) await Promise.all(this.#loops.values());
    await this.#membership.leave();
  }

  #claim(): Claim {
    const holds: Record<string, number[]> = {};
    for (const { partition } of this.#held.values())
      (holds[partition.topic.name] ??= []).push(partition.partition);
    return { holds, leaving: this.#stopping };
  }

  /** Makes what is held equal to what was assigned, as soon as the batches in hand allow. */
  #hold(assigned: readonly AssignedTopicPartition[]): void {
    const mine = new Map(assigned.map((each) => [this.#keyOf(each), each]));
    for (const [key, { partition }] of this.#held) if (!mine.has(key)) partition.close();
    const begun: AssignedPartition[] = [];
    for (const [key, each] of mine) {
      const held = this.#held.get(key);
      if (held && !held.partition.closing.aborted) this.#seek(held);
      else begun.push(...this.#begin(each));
    }
    tellAssigned(this.#options.consume, begun);
  }

  /** kafkajs begins at the group's commit after every round, whatever it has fetched already. */
  #seek({ partition, feed }: Held): void {
    if (feed.position === undefined) return;
    this.#membership.seek({ ...placeOf(partition), offset: feed.position });
  }

  #begin(place: AssignedTopicPartition): AssignedPartition[] {
    // Nothing is fetched until it is known where to begin.
    this.#membership.pause(place);
    const topic = this.#options.reads.find((each) => each.name === place.topic);
    if (!topic) return [];
    const { maxBatchRecords = DEFAULT_BATCH_RECORDS } = this.#options.consume;
    const partition = new AssignedPartition(topic, place.partition, undefined);
    const held = { partition, feed: new PartitionFeed(maxBatchRecords) };
    const { key } = partition;
    this.#held.set(key, held);
    if (this.#stopping) partition.close();
    const before = this.#loops.get(key) ?? Promise.resolve();
    const loop = before.then(() => this.#read(held));
    this.#loops.set(key, loop);
    void loop.finally(() => {
      if (this.#loops.get(key) === loop) this.#loops.delete(key);
    });
    return [partition];
  }

  async #read(held: Held): Promise<void> {
    const { consume, log, publish } = this.#options;
    const { partition, feed } = held;
    const place = placeOf(partition);
    await runPartition(partition, {
      options: consume,
      commits: this.#commits,
      log,
      findStart: async (wanted) => {
        const start = await this.#starts.find(place.topic, place.partition, wanted);
        partition.committed = start.committed;
        feed.position = start.offset;
        if (partition.closing.aborted) return feed.position;
        this.#seek(held);
        this.#membership.resume(place);
        return feed.position;
      },
      nextBatch: () => {
        const records = feed.next(partition.closing);
        if (feed.hasRoom && this.#held.get(partition.key) === held) this.#membership.resume(place);
        return records;
      },
      commitWithDead: async (nextOffset, dead) => {
        await publish(dead);
        await this.#commits.add(partition, nextOffset);
      },
    });
    await this.#release(held);
  }

  async #release({ partition }: Held): Promise<void> {
    const nextOffset = this.#commits.take(partition);
    if (nextOffset !== undefined) await this.#commitLast(partition, nextOffset);
    if (this.#held.get(partition.key)?.partition !== partition) return;
    this.#held.delete(partition.key);
    tellRevoked(this.#options.consume, [partition]);
    if (!this.#stopping) this.#membership.joinAgain();
  }

  /** Until it is stored, or counts no more. */
  async #commitLast(partition: AssignedPartition, offset: bigint): Promise<void> {
    while (!partition.lost.aborted) {
      try {
        await this.#membership.commit([{ ...placeOf(partition), offset }]);
        return;
      } catch {
        await pause(RETRY_MS);
      }
    }
  }

  #take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const { topic, partition: number, messages } = batch;
    const held = this.#find({ topic, partition: number });
    const feed = held?.feed;
    if (!held || feed?.position === undefined || held.partition.closing.aborted) {
      this.#membership.pause({ topic, partition: number });
      return;
    }
    if (!this.#isExpected(held, BigInt(fetchedOffsetOf(batch)))) {
      this.#seek(held);
      return;
    }
    const lastOffset = batch.lastOffset();
    feed.push(messages.map((message) => toRecord(topic, number, message)));
    feed.position = BigInt(lastOffset) + 1n;
    payload.resolveOffset(lastOffset);
    if (feed.isFull) this.#membership.pause({ topic, partition: number });
  }

  /**
   * kafkajs may have dropped our seek, or found that the offset is gone and gone to the earliest: the first is mended
   * by seeking again, the second is so when it happens again.
   */
  #isExpected(held: Held, begunAt: bigint): boolean {
    const { feed, partition } = held;
    if (begunAt === feed.position) {
      delete held.strayedTo;
      return true;
    }
    if (held.strayedTo !== begunAt) {
      held.strayedTo = begunAt;
      return false;
    }
    this.#options.log.error(
      { ...placeOf(partition), from: String(feed.position), to: String(begunAt) },
      "records are no longer in the topic that this group has not read",
    );
    feed.position = begunAt;
    return true;
  }

  async #commit(offsets: readonly Offset[]): Promise<Set<string>> {
    const topics = new Map(this.#options.reads.map((topic) => [topic.id, topic.name]));
    await this.#membership.commit(
      offsets.map(({ topicId, partition, nextOffset }) => ({
        topic: topics.get(topicId) ?? "",
        partition,
        offset: nextOffset,
      })),
    );
    return new Set(this.#held.keys());
  }

  #loseAll(why: string): void {
    const { log, consume } = this.#options;
    if (this.#held.size > 0)
      log.warn({ group: consume.group, partitions: this.#held.size }, `partitions lost: ${why}`);
    for (const { partition } of this.#held.values()) {
      this.#membership.pause(placeOf(partition));
      partition.lose();
    }
    const lost = [...this.#held.values()].map(({ partition }) => partition);
    this.#held.clear();
    tellRevoked(consume, lost);
  }

  #find(place: AssignedTopicPartition): Held | undefined {
    return this.#held.get(this.#keyOf(place));
  }

  #keyOf({ topic, partition }: AssignedTopicPartition): string {
    const id = this.#options.reads.find((each) => each.name === topic)?.id ?? -1;
    return `${id}:${partition}`;
  }
}

/** Where the fetch began, which may be before or after its first record; not in kafkajs's types. */
function fetchedOffsetOf(batch: EachBatchPayload["batch"]): string {
  return (batch as unknown as { fetchedOffset: string }).fetchedOffset;
}
