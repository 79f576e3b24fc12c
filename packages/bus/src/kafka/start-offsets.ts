/** Where a partition is read from after it was assigned. */
import { setTimeout as pause } from "node:timers/promises";
import type { Admin } from "kafkajs";
import type { Logger } from "pino";
import type { AdminClient } from "./admin-client.ts";

const QUESTION_MS = 5_000;
/** A new leader may not know for a moment how far its log is acknowledged. */
const RECHECKS = 3;
const RECHECK_MS = 500;

export interface Start {
  readonly offset: bigint;
  /** The group's own commit. */
  readonly committed: bigint | undefined;
}

interface Bounds {
  readonly earliest: bigint;
  readonly next: bigint;
  readonly committed: bigint | undefined;
}

export interface StartOffsetsOptions {
  readonly admin: AdminClient;
  readonly group: string;
  readonly log: Logger;
}

export class StartOffsets {
  readonly #options: StartOffsetsOptions;
  /** Questions of this turn of the event loop, by topic. */
  readonly #asked = new Map<string, Promise<Map<number, Bounds>>>();

  constructor(options: StartOffsetsOptions) {
    this.#options = options;
  }

  /** `wanted` is what the handler answered; without it the group's own commit counts. */
  async find(topic: string, partition: number, wanted: bigint | undefined): Promise<Start> {
    for (let left = RECHECKS; ; left--) {
      const bounds = (await this.#ask(topic)).get(partition);
      if (!bounds) throw new Error(`Topic "${topic}" has no partition ${partition}`);
      const { earliest, next, committed } = bounds;
      const offset = wanted ?? committed ?? earliest;
      if (offset >= earliest && offset <= next) return { offset, committed };
      if (offset < earliest || left === 0) {
        this.#options.log.warn(
          { topic, partition, offset: String(offset), earliest: String(earliest), next: String(next) },
          "the offset to continue from is not in the topic; reading from its earliest record",
        );
        return { offset: earliest, committed };
      }
      await pause(RECHECK_MS);
    }
  }

  #ask(topic: string): Promise<Map<number, Bounds>> {
    let asked = this.#asked.get(topic);
    if (!asked) {
      asked = this.#read(topic);
      this.#asked.set(topic, asked);
    }
    return asked;
  }

  async #read(topic: string): Promise<Map<number, Bounds>> {
    // Partitions that were assigned together ask together; whoever comes later must not get an older answer.
    await new Promise((resolve) => setImmediate(resolve));
    this.#asked.delete(topic);
    return this.#options.admin.run(QUESTION_MS, (admin) => readBounds(admin, this.#options.group, topic));
  }
}

async function readBounds(admin: Admin, groupId: string, topic: string): Promise<Map<number, Bounds>> {
  const [committed, offsets] = await Promise.all([
    admin.fetchOffsets({ groupId, topics: [topic] }),
    admin.fetchTopicOffsets(topic),
  ]);
  const commits = new Map(
    committed.flatMap(({ partitions }) =>
      partitions.map((each) => [each.partition, BigInt(each.offset)] as const),
    ),
  );
  return new Map(
    offsets.map(({ partition, low, high }) => {
      const commit = commits.get(partition) ?? -1n;
      const bounds = {
        earliest: BigInt(low),
        next: BigInt(high),
        committed: commit < 0n ? undefined : commit,
      };
      return [partition, bounds];
    }),
  );
}
