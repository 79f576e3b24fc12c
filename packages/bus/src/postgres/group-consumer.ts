/**
 * A member of a consumer group. It says each third of a session that it lives, takes its share of the
 * partitions, and lets go of one only when the batch in hand is done and committed.
 */
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { BusUnavailableError } from "../errors.ts";
import type { ConsumeOptions, Consumer } from "../port.ts";
import { AssignedPartition, partitionKey } from "./assigned-partition.ts";
import type { Connections } from "./connections.ts";
import type { Doorbell, Ear } from "./doorbell.ts";
import type { Topic, Topics } from "./ensure-topics.ts";
import { Fetcher } from "./fetcher.ts";
import { GroupStore } from "./group-store.ts";
import type { GroupAssignment } from "./group-store.ts";
import { OffsetCommits } from "./offset-commits.ts";
import { runPartition } from "./partition-loop.ts";
import { findStart } from "./find-start.ts";

const DEFAULT_BATCH_RECORDS = 500;
const GATHER_COMMITS_MS = 1_000;
const RETRY_MS = 500;

export interface GroupConsumerOptions {
  readonly connections: Connections;
  readonly doorbell: Doorbell;
  /** All that are known, dead topics among them. */
  readonly topics: Topics;
  /** Those to read. */
  readonly reads: readonly Topic[];
  readonly sessionTimeoutMs: number;
  readonly log: Logger;
  readonly consume: ConsumeOptions;
}

export class GroupConsumer implements Consumer, Ear {
  readonly #options: GroupConsumerOptions;
  readonly #store: GroupStore;
  readonly #fetcher: Fetcher;
  readonly #commits: OffsetCommits;
  readonly #held = new Map<string, AssignedPartition>();
  /** Also of partitions that were lost while their handler was still busy. */
  readonly #loops = new Map<string, Promise<void>>();
  #memberId = "";
  #validUntil = 0;
  #unreachable = false;
  /** Takes nothing new. */
  #stopping = false;
  /** Nothing is held any more. */
  #leaving = false;
  #attending: Promise<void> = Promise.resolve();
  /** Attendances and releases one after the other, so that what the rows say and what is held are the same. */
  #turn: Promise<unknown> = Promise.resolve();
  #wake: () => void = () => {};
  #called = false;
  #stopped: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    const { connections, consume, log } = options;
    this.#options = options;
    this.#store = new GroupStore(connections, consume.group, Math.min(5_000, options.sessionTimeoutMs / 2));
    this.#commits = new OffsetCommits({
      commit: (offsets) => this.#store.commit(this.#memberId, offsets),
      gatherMs: consume.startFrom ? GATHER_COMMITS_MS : 0,
    });
    this.#fetcher = new Fetcher({
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

  async start(): Promise<void> {
    await this.#join();
    await this.#attend();
    this.#options.doorbell.add(this);
    this.#attending = this.#keepAttending();
  }

  onHeads(heads: Parameters<Ear["onHeads"]>[0]): void {
    this.#fetcher.hear(heads);
  }

  onGroup(group: string | undefined): void {
    if (group !== undefined && group !== this.#options.consume.group) return;
    this.#called = true;
    this.#wake();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    for (const partition of this.#held.values()) partition.close();
    // Heartbeats go on meanwhile: what is in hand stays ours until it is done.
    while (this.#loops.size > 0) await Promise.all(this.#loops.values());
    this.#leaving = true;
    this.#wake();
    await this.#attending;
    this.#options.doorbell.remove(this);
    await this.#store.leave(this.#memberId).catch((error: unknown) => {
      this.#options.log.warn(
        { err: error },
        "could not leave the consumer group; its session ends by itself",
      );
    });
  }

  async #keepAttending(): Promise<void> {
    const { sessionTimeoutMs, log } = this.#options;
    while (!this.#leaving) {
      await this.#wait(this.#unreachable ? RETRY_MS : sessionTimeoutMs / 3);
      if (this.#leaving) return;
      try {
        await this.#attend();
        if (this.#unreachable) log.info("the bus is reachable again");
        this.#unreachable = false;
      } catch (error) {
        if (!this.#unreachable) log.warn({ err: error }, "the bus is not reachable; trying again");
        this.#unreachable = true;
        if (performance.now() > this.#validUntil)
          this.#loseAll("the session ended, the bus was not reachable");
      }
    }
  }

  async #join(): Promise<void> {
    const { sessionTimeoutMs, reads } = this.#options;
    // A new name each time: nothing written under the old one counts any more.
    const memberId = randomUUID();
    const beganAt = performance.now();
    await this.#store.join(
      memberId,
      reads.map((topic) => topic.id),
      sessionTimeoutMs,
    );
    this.#memberId = memberId;
    this.#validUntil = beganAt + sessionTimeoutMs;
  }

  #attend(): Promise<void> {
    return this.#inTurn(async () => {
      const { sessionTimeoutMs } = this.#options;
      if (performance.now() > this.#validUntil) this.#loseAll("the session ended, this process was too slow");
      if (this.#memberId === "") await this.#join();
      const beganAt = performance.now();
      const attendance = await this.#store.attend(this.#memberId, !this.#stopping);
      if (!attendance) {
        this.#loseAll("another member thought this one dead");
        this.#called = true;
        return;
      }
      this.#validUntil = beganAt + sessionTimeoutMs;
      this.#hold(attendance.mine);
      for (const { topicId, partition } of attendance.release)
        this.#held.get(partitionKey(topicId, partition))?.close();
    });
  }

  /** Makes what is held equal to what the rows say. */
  #hold(mine: readonly GroupAssignment[]): void {
    const keys = new Set(mine.map((each) => partitionKey(each.topicId, each.partition)));
    for (const [key, partition] of this.#held) {
      if (keys.has(key)) continue;
      partition.lose();
      this.#held.delete(key);
    }
    for (const { topicId, partition, nextOffset } of mine) {
      const topic = this.#options.reads.find((each) => each.id === topicId);
      if (!topic || this.#held.has(partitionKey(topicId, partition))) continue;
      this.#begin(
        new AssignedPartition(topic, partition, nextOffset === null ? undefined : BigInt(nextOffset)),
      );
    }
  }

  #begin(partition: AssignedPartition): void {
    const { key } = partition;
    this.#held.set(key, partition);
    if (this.#stopping) partition.close();
    const before = this.#loops.get(key) ?? Promise.resolve();
    const loop = before.then(() => this.#read(partition));
    this.#loops.set(key, loop);
    void loop.finally(() => {
      if (this.#loops.get(key) === loop) this.#loops.delete(key);
    });
  }

  async #read(partition: AssignedPartition): Promise<void> {
    const { connections, consume, log, topics } = this.#options;
    const memberId = this.#memberId;
    await runPartition(partition, {
      options: consume,
      fetcher: this.#fetcher,
      commits: this.#commits,
      log,
      findStart: async (each, wanted) => {
        const start = await findStart(connections, each, wanted, log);
        this.#fetcher.hear([start.head]);
        return start.offset;
      },
      commitWithDead: async ({ topic, partition: number }, nextOffset, dead) => {
        const offset = { topicId: topic.id, partition: number, nextOffset };
        if (!(await this.#store.commitWithDead(memberId, offset, topics, dead))) partition.lose();
        else this.#commits.take(partition);
      },
    });
    const nextOffset = this.#commits.take(partition);
    while (!partition.lost.aborted) {
      const released = await this.#inTurn(() => this.#release(partition, nextOffset)).catch(() => false);
      if (released) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #release(partition: AssignedPartition, nextOffset: bigint | undefined): Promise<boolean> {
    if (partition.lost.aborted) return false;
    await this.#store.release(this.#memberId, partition.topic.id, partition.partition, nextOffset);
    this.#held.delete(partition.key);
    return true;
  }

  #loseAll(why: string): void {
    const { log, consume } = this.#options;
    if (this.#held.size > 0)
      log.warn({ group: consume.group, partitions: this.#held.size }, `partitions lost: ${why}`);
    for (const partition of this.#held.values()) partition.lose();
    this.#held.clear();
    this.#memberId = "";
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #wait(ms: number): Promise<void> {
    if (!this.#called) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#called = false;
  }
}
