/**
 * A consumer's place in its group: joining, heartbeats, how long it may believe what it holds, leaving. Wraps
 * kafkajs's consumer, which is replaced when it fails for good; what is fetched goes straight on, nothing waits here.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Consumer, EachBatchPayload } from "kafkajs";
import type { Logger } from "pino";
import { BusUnavailableError } from "../errors.ts";
import type { Client } from "./client.ts";
import { describeFailure } from "./failure.ts";
import { politeAssigner } from "./polite-assigner.ts";
import type { Claim } from "./polite-assigner.ts";
import { within } from "./within.ts";

/** A fetch waits so long for a record. It is also how late a pause ends, a wish to join again is heard, and a stop. */
const FETCH_WAIT_MS = 250;
const FETCH_PARTITION_BYTES = 1024 * 1024;
const FETCH_BYTES = 8 * 1024 * 1024;
/** How late a member hears that another one joined or left. */
const HEARTBEAT_MS = 1_000;
const JOIN_MS = 30_000;
const LEAVE_MS = 3_000;
const RETRY_MS = 500;
/** Not heard of for so many sessions, it is replaced: a connection may hang for ever. */
const HOPELESS_SESSIONS = 3;

export interface AssignedTopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface Offset extends AssignedTopicPartition {
  readonly offset: bigint;
}

export interface MembershipOptions {
  readonly openClient: () => Client;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  /** What this member holds; asked at every round. */
  readonly claim: () => Claim;
  readonly log: Logger;
  /** After every round of the group, before anything is fetched: everything that is this member's now. */
  readonly onAssigned: (assigned: readonly AssignedTopicPartition[]) => void;
  /** Others may have everything this member held. */
  readonly onLost: (why: string) => void;
  readonly onFetched: (payload: EachBatchPayload) => void;
  /** Records up to here were not for us: marks of transactions. */
  readonly onSkipped: (partition: AssignedTopicPartition, lastOffset: bigint) => void;
}

interface Open {
  readonly client: Client;
  readonly consumer: Consumer;
}

/** Thrown into kafkajs's fetch loop, which joins the group again when it sees this type. */
class JoinAgainSignal extends Error {
  readonly type = "REBALANCE_IN_PROGRESS";
}

export class Membership {
  readonly #options: MembershipOptions;
  #open: Open | undefined;
  #memberId: string | undefined;
  #commit: EachBatchPayload["commitOffsetsIfNecessary"] | undefined;
  #joinAgain = false;
  #left = false;
  #joined = Promise.withResolvers<void>();
  #beatSentAt = 0;
  #session: NodeJS.Timeout | undefined;
  #hopeless: NodeJS.Timeout | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    // It may be rejected while nobody waits for it yet.
    this.#joined.promise.catch(() => {});
  }

  /** Resolves when this is a member. */
  async join(): Promise<void> {
    const deadline = performance.now() + JOIN_MS;
    for (;;) {
      try {
        await this.#connect();
        await within(Math.max(1, deadline - performance.now()), this.#joined.promise);
        return;
      } catch (error) {
        const failure = describeFailure(error);
        if (!failure.retryable || performance.now() > deadline) {
          await this.leave();
          throw failure;
        }
        this.#discard();
        await pause(RETRY_MS);
      }
    }
  }

  /** Asks for another round: what this member let go of may be given to others. */
  joinAgain(): void {
    this.#joinAgain = true;
  }

  pause({ topic, partition }: AssignedTopicPartition): void {
    this.#open?.consumer.pause([{ topic, partitions: [partition] }]);
  }

  resume({ topic, partition }: AssignedTopicPartition): void {
    this.#open?.consumer.resume([{ topic, partitions: [partition] }]);
  }

  seek({ topic, partition, offset }: Offset): void {
    this.#open?.consumer.seek({ topic, partition, offset: String(offset) });
  }

  /** One try. kafkajs's own `commitOffsets` would try again for a partition that is another member's by then. */
  async commit(offsets: readonly Offset[]): Promise<void> {
    if (!this.#commit) throw new BusUnavailableError("Not a member of the group at the moment");
    const byTopic = Map.groupBy(offsets, (each) => each.topic);
    await this.#commit({
      topics: [...byTopic].map(([topic, each]) => ({
        topic,
        partitions: each.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
      })),
    });
  }

  /** Politely: the others take over at once. */
  async leave(): Promise<void> {
    this.#left = true;
    clearTimeout(this.#session);
    clearTimeout(this.#hopeless);
    const consumer = this.#open?.consumer;
    if (consumer) await within(LEAVE_MS, consumer.disconnect()).catch(() => {});
    this.#discard();
  }

  async #connect(): Promise<void> {
    const { openClient, group, topics, sessionTimeoutMs } = this.#options;
    const client = openClient();
    const consumer = client.kafka.consumer({
      groupId: group,
      partitionAssigners: [politeAssigner(() => this.#claim())],
      sessionTimeout: sessionTimeoutMs,
      // Members join within a heartbeat, they never wait for their handlers: who does not is dead.
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, Math.floor(sessionTimeoutMs / 3)),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_PARTITION_BYTES,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        // It stays the same member while the cluster is away; giving up is up to us.
        retries: Number.MAX_SAFE_INTEGER,
        restartOnFailure: async () => false,
      },
    });
    const open = { client, consumer };
    this.#open = open;
    this.#watch(open);
    this.#replaceUnlessHeard(sessionTimeoutMs);
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    // Resolves only when it has joined, or not at all.
    void consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async (payload) => {
          if (this.#open !== open) return;
          this.#commit = (offsets) => payload.commitOffsetsIfNecessary(offsets);
          this.#options.onFetched(payload);
        },
      })
      .catch((error: unknown) => this.#replace(open, error));
  }

  #claim(): Claim {
    // What was let go of until now is in it.
    this.#joinAgain = false;
    return this.#options.claim();
  }

  #watch(open: Open): void {
    const { consumer } = open;
    const { events } = consumer;
    const isCurrent = () => this.#open === open;
    consumer.on(events.REQUEST, ({ payload }) => {
      if (payload.apiName === "Heartbeat") this.#beatSentAt = performance.now() - payload.duration;
    });
    consumer.on(events.HEARTBEAT, () => isCurrent() && this.#alive(this.#beatSentAt));
    // The heartbeat's answer was "join again": the coordinator knows us.
    consumer.on(events.REBALANCING, () => isCurrent() && this.#alive(this.#beatSentAt));
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      if (!isCurrent()) return;
      if (this.#memberId !== undefined && this.#memberId !== payload.memberId)
        this.#options.onLost("the group put this member out, it joined as another");
      this.#memberId = payload.memberId;
      // A join is an answer too; the last heartbeat may have been a predecessor's.
      this.#beatSentAt = performance.now();
      this.#alive(this.#beatSentAt);
      this.#options.onAssigned(
        Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
          partitions.map((partition) => ({ topic, partition })),
        ),
      );
      this.#joined.resolve();
    });
    consumer.on(events.START_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (isCurrent() && batchSize === 0) this.#options.onSkipped({ topic, partition }, BigInt(lastOffset));
    });
    consumer.on(events.FETCH_START, () => {
      if (!isCurrent() || !this.#joinAgain) return;
      this.#joinAgain = false;
      throw new JoinAgainSignal("a partition was let go of");
    });
    consumer.on(events.CRASH, ({ payload }) => this.#replace(open, payload.error));
  }

  /** The coordinator heard of us at `at`, and believes in us for a session from then on. */
  #alive(at: number): void {
    const { sessionTimeoutMs, onLost } = this.#options;
    if (this.#left) return;
    clearTimeout(this.#session);
    const leftMs = Math.max(0, at + sessionTimeoutMs - performance.now());
    this.#session = setTimeout(() => {
      onLost("the session ended, Kafka was not reachable or this process too slow");
      // The coordinator may still count us in: then nothing is assigned unless we ask.
      this.#joinAgain = true;
    }, leftMs);
    this.#replaceUnlessHeard(leftMs);
  }

  #replaceUnlessHeard(sessionLeftMs: number): void {
    const { sessionTimeoutMs } = this.#options;
    clearTimeout(this.#hopeless);
    this.#hopeless = setTimeout(
      () => {
        if (this.#open)
          this.#replace(this.#open, new BusUnavailableError("Kafka was not reachable for long"));
      },
      sessionLeftMs + sessionTimeoutMs * HOPELESS_SESSIONS,
    );
  }

  #replace(open: Open, error: unknown): void {
    if (this.#open !== open || this.#left) return;
    const { log, onLost, group } = this.#options;
    const failure = describeFailure(error);
    // A cluster that was never used before makes its group coordinator first, which takes seconds.
    const level = failure.retryable && this.#memberId === undefined ? "debug" : "warn";
    log[level]({ err: failure, group }, "consuming from Kafka failed; joining the group again");
    if (!failure.retryable) this.#joined.reject(failure);
    // What it watched over is given up here and now.
    clearTimeout(this.#session);
    this.#discard();
    onLost("consuming failed");
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    while (!this.#left) {
      await pause(RETRY_MS);
      try {
        if (!this.#left) await this.#connect();
        return;
      } catch {
        // Said already; the log of kafkajs tells more when it lasts.
        this.#discard();
      }
    }
  }

  #discard(): void {
    const open = this.#open;
    this.#open = undefined;
    // Ends its loops, which would try again for ever; nobody waits for its goodbye.
    open?.consumer.disconnect().catch(() => {});
    open?.client.destroy();
    this.#commit = undefined;
    this.#memberId = undefined;
    this.#joinAgain = false;
  }
}
