/** The topics, made when they are missing and checked when they are there. */
import { setTimeout as pause } from "node:timers/promises";
import kafkajs from "kafkajs";
import type { Admin, ITopicConfig } from "kafkajs";
import type { Logger } from "pino";
import { BusRefusedError, PartitionCountError, TopicNotMadeError, TopicSettingError } from "../errors.ts";
import type { TopicSpec } from "../port.ts";
import { deadTopicOf } from "../topics.ts";
import type { AdminClient } from "./admin-client.ts";
import { describeFailure } from "./failure.ts";
import type { Topic } from "../topic.ts";

/** One call may publish 4 MiB, counted with what Kafka adds to each record; the rest is for the batch's own head. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024 + 1024;
const MOST_REPLICAS = 3;
const QUESTION_MS = 15_000;
/** A topic that was made a moment ago is not known to every broker yet. */
const SPREAD_MS = 15_000;
const RETRY_MS = 100;

export async function ensureTopics(
  admin: AdminClient,
  specs: readonly TopicSpec[],
  log: Logger,
): Promise<Omit<Topic, "id">[]> {
  // One partition of the dead: nobody relies on the order of what could not be handled.
  const wanted = specs.flatMap((spec) => [spec, { ...spec, name: deadTopicOf(spec.name), partitions: 1 }]);
  const missed = await admin.run(QUESTION_MS, (client) => makeMissing(client, wanted, log));
  const counts = await readPartitionCounts(admin, wanted);
  for (const name of missed) await untilLed(admin, name);
  for (const { name, partitions } of wanted) {
    const found = counts.get(name) ?? 0;
    if (found !== partitions) throw new PartitionCountError(name, found, partitions);
  }
  await checkSettings(admin, wanted, log);
  return wanted.map(({ name, partitions }) => ({ name, partitions }));
}

/** Resolves with those that were missing, made by us or by another process that starts at the same time. */
async function makeMissing(admin: Admin, wanted: readonly TopicSpec[], log: Logger): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  const missing = wanted.filter((spec) => !there.has(spec.name));
  if (missing.length === 0) return [];
  const { brokers } = await admin.describeCluster();
  const names = missing.map((spec) => spec.name);
  try {
    const made = await admin.createTopics({
      topics: missing.map((spec) => topicConfig(spec, brokers.length)),
      // It would fail where the topic is not known yet; untilLed waits.
      waitForLeaders: false,
    });
    if (made) log.info({ topics: names }, "topics made in Kafka");
    return names;
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSAggregateError)) throw error;
    throw new TopicNotMadeError(names, error.errors.map(String).join("; "), { cause: error });
  }
}

function topicConfig(spec: TopicSpec, brokers: number): ITopicConfig {
  const replicationFactor = Math.min(MOST_REPLICAS, brokers);
  const settings = {
    // With three copies one may be away, and what is acknowledged is in two.
    "min.insync.replicas": replicationFactor === MOST_REPLICAS ? 2 : 1,
    "max.message.bytes": MAX_MESSAGE_BYTES,
    "retention.ms": spec.retentionMs,
    "cleanup.policy": "delete",
  };
  return {
    topic: spec.name,
    numPartitions: spec.partitions,
    replicationFactor,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value: String(value) })),
  };
}

async function readPartitionCounts(
  admin: AdminClient,
  wanted: readonly TopicSpec[],
): Promise<Map<string, number>> {
  const names = wanted.map((spec) => spec.name);
  for (const deadline = performance.now() + SPREAD_MS; ; await pause(RETRY_MS)) {
    try {
      const { topics } = await admin.run(QUESTION_MS, (client) =>
        client.fetchTopicMetadata({ topics: [...names] }),
      );
      return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
    } catch (error) {
      if (error instanceof BusRefusedError || performance.now() > deadline) throw describeFailure(error);
    }
  }
}

/** Its partitions' leaders may still be on their way; a write before would be refused by some of them. */
async function untilLed(admin: AdminClient, topic: string): Promise<void> {
  for (const deadline = performance.now() + SPREAD_MS; ; await pause(RETRY_MS)) {
    try {
      await admin.run(QUESTION_MS, (client) => client.fetchTopicOffsets(topic));
      return;
    } catch (error) {
      if (error instanceof BusRefusedError || performance.now() > deadline) throw error;
    }
  }
}

async function checkSettings(admin: AdminClient, wanted: readonly TopicSpec[], log: Logger): Promise<void> {
  for (const [spec, found] of await readSettings(admin, wanted, log)) {
    const { name } = spec;
    const size = Number(found.get("max.message.bytes"));
    if (size < MAX_MESSAGE_BYTES)
      throw new TopicSettingError(name, "max.message.bytes", String(size), `at least ${MAX_MESSAGE_BYTES}`);
    const policy = found.get("cleanup.policy") ?? "delete";
    // Compaction keeps the newest record of a key: of each account only its last event.
    if (policy !== "delete") throw new TopicSettingError(name, "cleanup.policy", policy, "delete");
    const retentionMs = Number(found.get("retention.ms"));
    if (retentionMs >= 0 && retentionMs < spec.retentionMs) {
      log.warn(
        { topic: name, retentionMs, wantedMs: spec.retentionMs },
        "Kafka keeps this topic for a shorter time than Stellwerk asks for: what is not read by then is gone",
      );
    }
  }
}

async function readSettings(
  admin: AdminClient,
  wanted: readonly TopicSpec[],
  log: Logger,
): Promise<Map<TopicSpec, Map<string, string>>> {
  try {
    const { resources } = await admin.run(QUESTION_MS, (client) =>
      client.describeConfigs({
        includeSynonyms: false,
        resources: wanted.map(({ name }) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: ["max.message.bytes", "retention.ms", "cleanup.policy"],
        })),
      }),
    );
    const byName = new Map(wanted.map((spec) => [spec.name, spec]));
    return new Map(
      resources.flatMap(({ resourceName, configEntries }) => {
        const spec = byName.get(resourceName);
        return spec
          ? [[spec, new Map(configEntries.map((entry) => [entry.configName, entry.configValue]))] as const]
          : [];
      }),
    );
  } catch (error) {
    if (!(error instanceof BusRefusedError)) throw error;
    log.warn("Kafka does not let us read the settings of our topics, so they are not checked");
    return new Map();
  }
}
