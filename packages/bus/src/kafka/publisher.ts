/**
 * Writes to Kafka with `acks=all`, and *not* idempotent: kafkajs 2.2.4 takes its sequence number back when a produce
 * fails (sendMessages.js). After a lost reply the next batch of as many records would carry the number of the one
 * that was stored, and the broker would drop it as a duplicate and say it is there: an acknowledged event would be
 * gone. A record that is stored twice is found by its id instead.
 */
import type { Producer, RecordMetadata, TopicMessages } from "kafkajs";
import { UnknownTopicError } from "../errors.ts";
import { partitionFor } from "../partition-for.ts";
import type { OutgoingRecord } from "../port.ts";
import type { Client } from "./client.ts";
import { errorType } from "./failure.ts";
import { toMessage } from "./record.ts";
import type { Topics } from "../topic.ts";
import { within } from "./within.ts";

const ALL_REPLICAS = -1;

export interface PublisherOptions {
  readonly openClient: () => Client;
  readonly topics: Topics;
  /** Longest wait for one answer; a caller's deadline has room for another try. */
  readonly tryMs: number;
}

interface Open {
  readonly client: Client;
  readonly producer: Promise<Producer>;
}

export class Publisher {
  readonly #options: PublisherOptions;
  #open: Open | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Stores all of them or throws. One at a time. */
  async write(records: readonly OutgoingRecord[], timeoutMs: number): Promise<void> {
    const tryMs = Math.min(timeoutMs, this.#options.tryMs);
    const topicMessages = groupByTopic(records, this.#options.topics);
    this.#open ??= this.#connect();
    const { producer } = this.#open;
    try {
      const answers = await within(
        tryMs,
        producer.then((open) => open.sendBatch({ acks: ALL_REPLICAS, timeout: tryMs, topicMessages })),
      );
      requireAllAnswered(topicMessages, answers);
    } catch (error) {
      // Without the broker's answer it may hang, or send late what its callers were told is not there: the next try
      // has connections of its own.
      if (errorType(error) === undefined) this.#discard();
      throw error;
    }
  }

  async close(): Promise<void> {
    const open = this.#open;
    if (!open) return;
    await within(
      this.#options.tryMs,
      open.producer.then((producer) => producer.disconnect()),
    ).catch(() => {});
    this.#discard();
  }

  #connect(): Open {
    const client = this.#options.openClient();
    const producer = client.kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: () => partitionOfMessage,
      // kafkajs tries again only with brokers that have not answered yet. A partition that has moved to one that has
      // is then never sent, and the call succeeds: an acknowledged record was gone (seen when a broker was killed).
      retry: { retries: 0 },
    });
    const connected = producer.connect().then(() => producer);
    connected.catch(() => {});
    return { client, producer: connected };
  }

  #discard(): void {
    this.#open?.client.destroy();
    this.#open = undefined;
  }
}

/** Chosen in groupByTopic from the number of partitions that was checked at the start, not from what the topic has now. */
function partitionOfMessage({ message }: { message: { partition?: number } }): number {
  return message.partition ?? 0;
}

function groupByTopic(records: readonly OutgoingRecord[], topics: Topics): TopicMessages[] {
  return [...Map.groupBy(records, (record) => record.topic)].map(([name, group]) => {
    const topic = topics.get(name);
    if (!topic) throw new UnknownTopicError(name);
    return {
      topic: name,
      messages: group.map((record) => toMessage(record, partitionFor(record.key, topic.partitions))),
    };
  });
}

/** kafkajs leaves out, without an error, what it finds no partition for. */
function requireAllAnswered(sent: readonly TopicMessages[], answers: readonly RecordMetadata[]): void {
  const answered = new Set(answers.map(({ topicName, partition }) => `${topicName}:${partition}`));
  for (const { topic, messages } of sent) {
    const missing = messages.find(({ partition }) => !answered.has(`${topic}:${partition}`));
    if (missing)
      throw new Error(`Kafka did not answer for partition ${missing.partition} of topic "${topic}"`);
  }
}
