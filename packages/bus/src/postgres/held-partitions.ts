/** The partitions that a member holds, each with its loop, and what the loops share. */
import { BusUnavailableError } from "../errors.ts";
import { tellAssigned, tellRevoked } from "../consuming/tell-assignment.ts";
import { AssignedPartition, partitionKey } from "../consuming/assigned-partition.ts";
import type { Assignment } from "./assignment.ts";
import { Fetcher } from "./fetcher.ts";
import { findStart } from "./find-start.ts";
import type { GroupConsumerOptions } from "./group-consumer.ts";
import type { GroupAssignment, Membership } from "./membership.ts";
import { OffsetCommits } from "../consuming/offset-commits.ts";
import { runPartition } from "../consuming/partition-loop.ts";

const DEFAULT_BATCH_RECORDS = 500;
const GATHER_COMMITS_MS = 1_000;
const RETRY_MS = 500;

export interface HeldPartitionsOptions extends GroupConsumerOptions {
  /** Runs when no attendance runs, so that what the rows say and what is held stay the same. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export class HeldPartitions {
  readonly fetcher: Fetcher;
  readonly #options: HeldPartitionsOptions;
  readonly #held = new Map<string, AssignedPartition>();
  /** Also of partitions that were lost while their handler was still busy. */
  readonly #loops = new Map<string, Promise<void>>();
  /** Whom the partitions are written down for; undefined while this process is in no group. */
  #membership: Membership | undefined;
  readonly #commits: OffsetCommits;

  constructor(options: HeldPartitionsOptions) {
    const { connections, consume, log } = options;
    this.#options = options;
    this.#commits = new OffsetCommits({
      commit: async (offsets) => (await this.#membership?.commit(offsets)) ?? new Set(),
      gatherMs: consume.startFrom ? GATHER_COMMITS_MS : 0,
    });
    this.fetcher = new Fetcher({
      connections,
      maxBatchRecords: consume.maxBatchRecords ?? DEFAULT_BATCH_RECORDS,
      onGap: ({ topic, partition }, from, to) => {
        log.error(
          { topic: topic.name, partition, from: String(from), to: String(to) },
          "records were dropped by the topic's retention before this group read them",
        );
      },
      onError: (error) => {
        if (!(error instanceof BusUnavailableError)) log.error({ err: error }, "reading from the bus failed");
      },
    });
  }

  /** Makes what is held equal to what the rows say. */
  hold(membership: Membership, mine: readonly GroupAssignment[]): void {
    this.#membership = membership;
    const keys = new Set(mine.map((each) => partitionKey(each.topicId, each.partition)));
    const lost: AssignedPartition[] = [];
    for (const [key, partition] of this.#held) {
      if (keys.has(key) && !partition.lost.aborted) continue;
      partition.lose();
      this.#held.delete(key);
      lost.push(partition);
    }
    tellRevoked(this.#options.consume, lost);
    const begun: AssignedPartition[] = [];
    for (const { topicId, partition, nextOffset } of mine) {
      const topic = this.#options.reads.find((each) => each.id === topicId);
      if (!topic || this.#held.has(partitionKey(topicId, partition))) continue;
      const committed = nextOffset === null ? undefined : BigInt(nextOffset);
      const assigned = new AssignedPartition(topic, partition, committed);
      this.#begin(membership, assigned);
      begun.push(assigned);
    }
    tellAssigned(this.#options.consume, begun);
  }

  /** They are let go of when their batch in hand is done. */
  close(assignments: readonly Assignment[]): void {
    for (const { topicId, partition } of assignments)
      this.#held.get(partitionKey(topicId, partition))?.close();
  }

  /** Resolves when nothing is in hand any more and everything was let go of. */
  async closeAll(): Promise<void> {
    while (this.#loops.size > 0) {
      for (const partition of this.#held.values()) partition.close();
      await Promise.all(this.#loops.values());
    }
  }

  loseAll(why: string): void {
    const { log, consume } = this.#options;
    if (this.#held.size > 0) {
      log.warn({ group: consume.group, partitions: this.#held.size }, `partitions lost: ${why}`);
    }
    const lost = [...this.#held.values()];
    for (const partition of lost) partition.lose();
    this.#held.clear();
    tellRevoked(consume, lost);
    this.#membership = undefined;
  }

  #begin(membership: Membership, partition: AssignedPartition): void {
    const { key } = partition;
    this.#held.set(key, partition);
    const before = this.#loops.get(key) ?? Promise.resolve();
    const loop = before.then(() => this.#run(membership, partition));
    this.#loops.set(key, loop);
    void loop.finally(() => {
      if (this.#loops.get(key) === loop) this.#loops.delete(key);
    });
  }

  async #run(membership: Membership, partition: AssignedPartition): Promise<void> {
    const { connections, consume, log, topics } = this.#options;
    await runPartition(partition, {
      options: consume,
      nextBatch: () => this.fetcher.next(partition),
      commits: this.#commits,
      log,
      findStart: async (wanted) => {
        const start = await findStart(connections, partition, wanted, log);
        this.fetcher.hear([start.head]);
        return start.offset;
      },
      commitWithDead: async (nextOffset, dead) => {
        const offset = { topicId: partition.topic.id, partition: partition.partition, nextOffset };
        if (await membership.commitWithDead(offset, topics, dead)) this.#commits.take(partition);
        else partition.lose();
      },
    });
    const nextOffset = this.#commits.take(partition);
    while (!partition.lost.aborted) {
      // What failed is repeated until the session ends, which is logged.
      await this.#options.inTurn(() => this.#release(membership, partition, nextOffset)).catch(() => {});
      if (this.#held.get(partition.key) !== partition) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #release(
    membership: Membership,
    partition: AssignedPartition,
    nextOffset: bigint | undefined,
  ): Promise<void> {
    if (partition.lost.aborted) return;
    await membership.release(partition.topic.id, partition.partition, nextOffset);
    if (this.#held.get(partition.key) !== partition) return;
    this.#held.delete(partition.key);
    tellRevoked(this.#options.consume, [partition]);
  }
}
