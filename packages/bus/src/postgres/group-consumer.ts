/**
 * A member of a consumer group: says each third of a session that it lives, takes its share of the
 * partitions, and lets go of one only when the batch in hand is done and committed.
 */
import type { Logger } from "pino";
import type { ConsumeOptions, Consumer } from "../port.ts";
import type { Connections } from "./connections.ts";
import type { Doorbell, Ear, Head } from "./doorbell.ts";
import type { Topic, Topics } from "../topic.ts";
import { joinGroup } from "./membership.ts";
import type { Membership } from "./membership.ts";
import { HeldPartitions } from "./held-partitions.ts";

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
  readonly #partitions: HeldPartitions;
  #membership: Membership | undefined;
  /** By this process's own clock; nobody else takes its partitions before. */
  #validUntil = 0;
  #unreachable = false;
  /** Takes nothing new. */
  #stopping = false;
  /** Nothing is held any more. */
  #leaving = false;
  #attending: Promise<void> = Promise.resolve();
  #turn: Promise<unknown> = Promise.resolve();
  /** Somebody came, left or let go of something. */
  #called = false;
  #wake: () => void = () => {};
  #stopped: Promise<void> | undefined;

  constructor(options: GroupConsumerOptions) {
    this.#options = options;
    this.#partitions = new HeldPartitions({ ...options, inTurn: (work) => this.#inTurn(work) });
  }

  async start(): Promise<void> {
    await this.#attend();
    this.#options.doorbell.add(this);
    this.#attending = this.#keepAttending();
  }

  onHeads(heads: readonly Head[]): void {
    this.#partitions.fetcher.hear(heads);
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
    // The attendance that runs now may still take something.
    await this.#inTurn(async () => {});
    // Heartbeats go on meanwhile: what is in hand stays ours until it is done.
    await this.#partitions.closeAll();
    this.#leaving = true;
    this.#wake();
    await this.#attending;
    this.#options.doorbell.remove(this);
    await this.#membership?.leave().catch((error: unknown) => {
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

  #attend(): Promise<void> {
    const { connections, consume, reads, sessionTimeoutMs } = this.#options;
    return this.#inTurn(async () => {
      const beganAt = performance.now();
      if (beganAt > this.#validUntil) this.#loseAll("the session ended, this process was too slow");
      if (!this.#membership) {
        if (this.#stopping) return;
        this.#membership = await joinGroup(connections, { group: consume.group, reads, sessionTimeoutMs });
      }
      const attendance = await this.#membership.attend(!this.#stopping);
      if (!attendance) {
        this.#loseAll("another member thought this one dead");
        this.#called = true;
        return;
      }
      this.#validUntil = beganAt + sessionTimeoutMs;
      this.#partitions.hold(this.#membership, attendance.mine);
      this.#partitions.close(attendance.release);
    });
  }

  /** The next attendance joins under a new name: nothing written under the old one counts any more. */
  #loseAll(why: string): void {
    this.#partitions.loseAll(why);
    this.#membership = undefined;
  }

  /** Attendances and releases run one after the other. */
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
