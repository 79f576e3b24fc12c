/**
 * The bus on PostgreSQL: the embedded default, for one machine. How it works and why is in
 * docs/decisions/0003-postgres-bus.md.
 */
import type { Logger } from "pino";
import { BusClosedError, UnknownTopicError } from "../errors.ts";
import { Gatherer } from "../gather.ts";
import type { Consumer, EventBus } from "../port.ts";
import { openConnections } from "./connections.ts";
import { Doorbell } from "./doorbell.ts";
import { ensureTopics } from "./ensure-topics.ts";
import type { Topic } from "../topic.ts";
import { GroupConsumer } from "./group-consumer.ts";
import { startHousekeeping } from "./housekeeping.ts";
import type { BusWatch } from "../watch.ts";
import { readBounds } from "./read-bounds.ts";
import { writeRecords } from "./write-records.ts";

const PING_MS = 2_000;

export interface PostgresBusOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: Logger;
  /** How long `publish` may take before it rejects; default 5 s. */
  readonly publishDeadlineMs?: number;
  /** What may wait to be published; default 16 MiB. */
  readonly bufferBytes?: number;
  /** A consumer that was not heard of for so long loses its partitions; default 10 s. */
  readonly sessionTimeoutMs?: number;
  /** A segment of a topic ends at about this size; default 64 MiB. */
  readonly segmentBytes?: number;
  /** How often segments are opened and dropped; default 15 s. */
  readonly housekeepingMs?: number;
  readonly watch?: BusWatch | undefined;
}

/**
 * @example
 * const bus = createPostgresBus({ url, applicationName: "stellwerk api", log });
 * await bus.ensureTopics([{ name: EVENTS_TOPIC, partitions: 12, retentionMs: 7 * 24 * 3_600_000 }]);
 */
export function createPostgresBus(options: PostgresBusOptions): EventBus {
  const { log } = options;
  const connections = openConnections(options.url, options.applicationName);
  const doorbell = new Doorbell(connections.config);
  const topics = new Map<string, Topic>();
  const consumers = new Set<Consumer>();
  let housekeeping: { stop(): Promise<void> } | undefined;
  let closed: Promise<void> | undefined;
  const gatherer = new Gatherer({
    deadlineMs: options.publishDeadlineMs ?? 5_000,
    bufferBytes: options.bufferBytes ?? 16 * 1024 * 1024,
    watch: options.watch,
    write: (records, timeoutMs) => connections.run(timeoutMs, (db) => writeRecords(db, topics, records)),
  });

  function requireTopic(name: string): Topic {
    const topic = topics.get(name);
    if (!topic) throw new UnknownTopicError(name);
    return topic;
  }

  async function closeAll(): Promise<void> {
    await Promise.all([...consumers].map((consumer) => consumer.stop()));
    await doorbell.close();
    await gatherer.close();
    await housekeeping?.stop();
    await connections.close();
  }

  return {
    async ensureTopics(specs) {
      if (closed) throw new BusClosedError();
      for (const topic of await ensureTopics(connections, specs)) topics.set(topic.name, topic);
      housekeeping ??= startHousekeeping({
        connections,
        log,
        everyMs: options.housekeepingMs ?? 15_000,
        segmentBytes: options.segmentBytes ?? 64 * 1024 * 1024,
      });
    },
    async publish(records) {
      // Here and not in the write: one caller's mistake must not fail the others that share it.
      for (const record of records) requireTopic(record.topic);
      await gatherer.publish(records);
    },
    async consume(consume) {
      if (closed) throw new BusClosedError();
      const consumer = new GroupConsumer({
        connections,
        doorbell,
        topics,
        reads: consume.topics.map(requireTopic),
        sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
        log,
        consume,
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
    readBounds: async (topic) => readBounds(connections, requireTopic(topic)),
    async ping() {
      await connections.run(PING_MS, (db) => db.query("SELECT 1"));
    },
    close() {
      closed ??= closeAll();
      return closed;
    },
  };
}
