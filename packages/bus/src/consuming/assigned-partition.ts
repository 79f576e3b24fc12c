/** A partition that this member reads at the moment. */
import type { Topic } from "../topic.ts";

export class AssignedPartition {
  readonly topic: Topic;
  readonly partition: number;
  /** The group's own commit when it was assigned; on Kafka known from when its start was found. */
  committed: bigint | undefined;
  /** The next offset to read. */
  position = 0n;
  readonly #lost = new AbortController();
  readonly #closing = new AbortController();

  constructor(topic: Topic, partition: number, committed: bigint | undefined) {
    this.topic = topic;
    this.partition = partition;
    this.committed = committed;
  }

  get key(): string {
    return partitionKey(this.topic.id, this.partition);
  }

  /** Somebody else may be reading it already: what is done now does not count. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Nothing new is begun; what is in hand is finished, unless it is lost too. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  lose(): void {
    this.#lost.abort();
    this.#closing.abort();
  }
}

export function partitionKey(topicId: number, partition: number): string {
  return `${topicId}:${partition}`;
}
