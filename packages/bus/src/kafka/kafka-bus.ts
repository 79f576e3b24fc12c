/**
 * The bus on Kafka, for production. What kafkajs does that we did not expect, and what we do about it, is in
 * docs/decisions/0006-kafka-driver.md.
 */
import { hostname } from "node:os";
import type { Logger } from "pino";
import { BusClosedError, BusUnavailableError, UnknownTopicError } from "../errors.ts";
import { Gatherer } from "../gather.ts";
import type { Consumer, EventBus } from "../port.ts";
import { AdminClient } from "./admin-client.ts";
import { openClient } from "./client.ts";
import type { ClientOptions, KafkaSasl, KafkaTls } from "./client.ts";
import { ensureTopics } from "./ensure-topics.ts";
import { GroupConsumer } from "./group-consumer.ts";
import { Publisher } from "./publisher.ts";
import type { Topic } from "../topic.ts";
import type { BusWatch } from "../watch.ts";

const PING_MS = 2_000;
/** A longer wait saves little CPU: measured in docs/decisions/0006-kafka-driver.md. */
const GATHER_MS = 5;
const BOUNDS_MS = 5_000;

export interface KafkaBusOptions {
  /** "host:port" of one or more brokers; the others are found through them. */
  readonly brokers: readonly string[];
  /** Shown in Kafka's logs and quotas as `<app>-<instance>`. */
  readonly app: string;
  /** Default: host and process. */
  readonly instance?: string;
  readonly tls?: KafkaTls | undefined;
  readonly sasl?: KafkaSasl | undefined;
  readonly log: Logger;
  /** How long `publish` may take before it rejects; default 5 s. */
  readonly publishDeadlineMs?: number;
  /** What may wait to be published; default 16 MiB. */
  readonly bufferBytes?: number;
  /** A consumer that was not heard of for so long loses its partitions; default 10 s. */
  readonly sessionTimeoutMs?: number;
  readonly watch?: BusWatch | undefined;
}

/**
 * @example
 * const bus = createKafkaBus({ brokers: ["127.0.0.1:9092"], app: "stellwerk-api", log });
 * await bus.ensureTopics(platformTopics(12));
 */
export function createKafkaBus(options: KafkaBusOptions): EventBus {
  const { log } = options;
  const clientOptions: ClientOptions = {
    brokers: options.brokers,
    clientId: `${options.app}-${options.instance ?? `${hostname()}-${process.pid}`}`,
    tls: options.tls,
    sasl: options.sasl,
    log,
  };
  const publishDeadlineMs = options.publishDeadlineMs ?? 5_000;
  const connect = () => openClient(clientOptions);
  const topics = new Map<string, Topic>();
  const consumers = new Set<Consumer>();
  const admin = new AdminClient(connect);
  const publisher = new Publisher({ openClient: connect, topics, tryMs: Math.ceil(publishDeadlineMs / 2) });
  const gatherer = new Gatherer({
    deadlineMs: publishDeadlineMs,
    bufferBytes: options.bufferBytes ?? 16 * 1024 * 1024,
    gatherMs: GATHER_MS,
    watch: options.watch,
    write: (records, timeoutMs) => publisher.write(records, timeoutMs),
  });
  let closed: Promise<void> | undefined;

  function requireTopic(name: string): Topic {
    const topic = topics.get(name);
    if (!topic) throw new UnknownTopicError(name);
    return topic;
  }

  async function closeAll(): Promise<void> {
    await Promise.all([...consumers].map((consumer) => consumer.stop()));
    await gatherer.close();
    await publisher.close();
    admin.close();
  }

  return {
    async ensureTopics(specs) {
      if (closed) throw new BusClosedError();
      for (const topic of await ensureTopics(admin, specs, log)) {
        const id = topics.get(topic.name)?.id ?? topics.size;
        topics.set(topic.name, { ...topic, id });
      }
    },
    async publish(records) {
      // Here and not in the write: one caller's mistake must not fail the others that share it.
      for (const record of records) requireTopic(record.topic);
      await gatherer.publish(records);
    },
    async consume(consume) {
      if (closed) throw new BusClosedError();
      const consumer = new GroupConsumer({
        openClient: connect,
        admin,
        reads: consume.topics.map(requireTopic),
        sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
        log,
        consume,
        publish: (records) => gatherer.publish(records),
      });
      await consumer.start();
      consumers.add(consumer);
      return {
        async stop() {
          await consumer.stop();
          consumers.delete(consumer);
        },
      };
    },
    async readBounds(topic) {
      requireTopic(topic);
      const offsets = await admin.run(BOUNDS_MS, (client) => client.fetchTopicOffsets(topic));
      return offsets
        .map(({ partition, low, high }) => ({ partition, earliest: BigInt(low), next: BigInt(high) }))
        .toSorted((a, b) => a.partition - b.partition);
    },
    async ping() {
      if (closed) throw new BusClosedError();
      const deadline = performance.now() + PING_MS;
      const ask = () =>
        admin.run(Math.max(1, deadline - performance.now()), (client) => client.describeCluster());
      // The first failure may only say that an old connection is gone.
      await ask().catch((error: unknown) => {
        if (error instanceof BusUnavailableError && performance.now() < deadline) return ask();
        throw error;
      });
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
