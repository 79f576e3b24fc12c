import { setTimeout as pause } from "node:timers/promises";
import { startKafka, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import type { Kafka } from "@stellwerk/kafka-broker";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EventBus } from "../port.ts";
import { openBus } from "../testing/kafka-driver.ts";
import { byKey, read, sequence, until } from "../testing/reading.ts";
import type { Reader } from "../testing/reading.ts";

const STORM_SECONDS = Number(process.env["STELLWERK_BUS_STORM_SECONDS"] ?? 12);
const SLOW_SECONDS = Number(process.env["STELLWERK_BUS_SLOW_SECONDS"] ?? 8);
const HOUR_MS = 3_600_000;

describe.runIf(process.env[TEST_KAFKA_BROKERS])("three brokers", () => {
  let kafka: Kafka;
  const opened: EventBus[] = [];
  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  }, 120_000);
  afterAll(async () => {
    await Promise.all(opened.map((bus) => bus.close()));
    await kafka?.stop();
  }, 60_000);

  async function open(topic: string): Promise<EventBus> {
    const bus = openBus({ brokers: kafka.brokers }, { sessionTimeoutMs: 6_000, publishDeadlineMs: 10_000 });
    opened.push(bus);
    await bus.ensureTopics([{ name: topic, partitions: 6, retentionMs: HOUR_MS }]);
    return bus;
  }

  test("each is killed in turn under load, leaders and the controller move: nothing acknowledged is missing", async () => {
    const topic = "killed-in-turn";
    const bus = await open(topic);
    const reader = await read(await open(topic), topic);
    const load = startLoad(bus, topic);
    await until(() => load.acknowledged.size > 100);
    for (const node of [1, 2, 3]) {
      await kafka.kill(node);
      const before = load.acknowledged.size;
      // With one away the other two take writes again.
      await until(() => load.acknowledged.size > before + 100, 40_000);
      await kafka.restart(node);
    }
    await load.stop();
    expect(await findMissing(load.acknowledged, [reader], 60_000)).toEqual([]);
    for (const values of Object.values(byKey(reader.records))) {
      const numbers = values.map((value) => Number(value.split("/")[1]));
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    }
  }, 240_000);

  test(
    `a consumer joins and leaves every 2 s for ${STORM_SECONDS} s: nothing is lost or left, order holds`,
    async () => {
      const topic = "storm";
      const group = `${topic}.group`;
      const [bus, staying] = [await open(topic), await open(topic)];
      const load = startLoad(bus, topic);
      const readers = [await read(staying, topic, { group, maxBatchRecords: 20 })];
      for (const deadline = performance.now() + STORM_SECONDS * 1_000; performance.now() < deadline;) {
        const visitor = await open(topic);
        const reader = await read(visitor, topic, { group, maxBatchRecords: 20 });
        readers.push(reader);
        await pause(2_000);
        await reader.stop();
        await visitor.close();
        await pause(2_000);
      }
      await load.stop();
      expect(await findMissing(load.acknowledged, readers, 30_000)).toEqual([]);
      const read1 = readers.reduce((sum, reader) => sum + reader.records.length, 0);
      // Nothing was handled twice: every hand-over waited for its batch.
      expect(read1).toBe(new Set(readers.flatMap((reader) => reader.values())).size);
      expect(readers.slice(1).some((reader) => reader.records.length > 0)).toBe(true);
    },
    120_000 + STORM_SECONDS * 1_000,
  );

  test("a group whose offsets were deleted reads on where its handler says", async () => {
    const topic = "deleted-offsets";
    const group = `${topic}.group`;
    const bus = await open(topic);
    let stored = 0n;
    const options = {
      group,
      startFrom: async () => stored,
      onBatch: async ({ records }: { records: readonly { offset: bigint }[] }) => {
        stored = (records.at(-1)?.offset ?? 0n) + 1n;
      },
    };
    const publish = (value: string) =>
      bus.publish([{ topic, key: "key", value: Buffer.from(value), headers: {} }]);
    for (const n of sequence(10)) await publish(String(n));
    const first = await read(bus, topic, options);
    await first.until(10);
    await first.stop();
    await deleteGroup(kafka, group);
    await publish("10");
    const second = await read(bus, topic, options);
    await second.until(1);
    expect(second.values()).toEqual(["10"]);
  }, 60_000);

  test(
    `a handler that takes ${SLOW_SECONDS} s, longer than a session, keeps its partition while others join`,
    async () => {
      const topic = "slow";
      const group = `${topic}.group`;
      const [first, second] = [await open(topic), await open(topic)];
      await first.publish([{ topic, key: "key", value: Buffer.from("slow"), headers: {} }]);
      let aborted: boolean | undefined;
      const one = await read(first, topic, {
        group,
        onBatch: async ({ signal }) => {
          await pause(SLOW_SECONDS * 1_000);
          aborted = signal.aborted;
        },
      });
      const two = await read(second, topic, { group });
      await one.until(1, SLOW_SECONDS * 1_000 + 15_000);
      expect(aborted).toBe(false);
      await pause(1_000);
      expect(two.values()).toEqual([]);
    },
    60_000 + SLOW_SECONDS * 1_000,
  );
});

function startLoad(bus: EventBus, topic: string) {
  const acknowledged = new Set<string>();
  const stopped = new AbortController();
  const publishers = sequence(8).map(async (publisher) => {
    for (let n = 0; !stopped.signal.aborted; n++) {
      const value = `${publisher}/${n}`;
      const record = { topic, key: `key-${publisher}`, value: Buffer.from(value), headers: {} };
      await bus.publish([record]).then(
        () => acknowledged.add(value),
        () => {},
      );
      await pause(10);
    }
  });
  return {
    acknowledged,
    async stop() {
      stopped.abort();
      await Promise.all(publishers);
    },
  };
}

/** What is not read when the time is up. */
async function findMissing(wanted: ReadonlySet<string>, readers: readonly Reader[], timeoutMs: number) {
  const missing = () => {
    const seen = new Set(readers.flatMap((reader) => reader.values()));
    return [...wanted].filter((value) => !seen.has(value));
  };
  const deadline = performance.now() + timeoutMs;
  while (missing().length > 0 && performance.now() < deadline) await pause(200);
  return missing();
}

async function deleteGroup(kafka: Kafka, group: string): Promise<void> {
  const { Kafka: Client, logLevel } = await import("kafkajs");
  const admin = new Client({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteGroups([group]);
  await admin.disconnect();
}
