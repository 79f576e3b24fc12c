import { startKafka, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BusRefusedError, BusUnavailableError, TopicSettingError } from "../errors.ts";
import type { EventBus } from "../port.ts";
import { openBus } from "../testing/kafka-driver.ts";
import { read } from "../testing/reading.ts";
import { createKafkaBus } from "./kafka-bus.ts";
import type { KafkaSasl } from "./client.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

describe.runIf(process.env[TEST_KAFKA_BROKERS])("beside others in one Kafka", () => {
  const brokers = (process.env[TEST_KAFKA_BROKERS] ?? "").split(",");
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  let bus: EventBus;
  beforeAll(() => {
    bus = openBus({ brokers });
  });
  afterAll(() => bus.close());

  test("records of foreign producers arrive whatever they lack, and can be put aside", async () => {
    const topic = `foreign-${Date.now()}`;
    await bus.ensureTopics([{ name: topic, partitions: 2, retentionMs: WEEK_MS }]);
    const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { value: "no key, no headers", partition: 0 },
        { key: "key", value: null, partition: 0 },
        { key: Buffer.from([0xff, 0xfe]), value: Buffer.from([0x00]), partition: 0 },
        { key: "twice", value: "1", headers: { same: ["a", "b"], constructor: "x" }, partition: 0 },
      ],
    });
    await producer.disconnect();
    const reader = await read(bus, topic, {
      onBatch: async ({ records }) => ({
        dead: records.map(({ offset }) => ({ offset, reason: "not ours" })),
      }),
    });
    const dead = await read(bus, `${topic}.dead`);
    await dead.until(4);
    await reader.stop();
    expect(reader.records.map(({ key, value }) => [key, value.toString("hex")])).toEqual([
      [null, Buffer.from("no key, no headers").toString("hex")],
      ["key", ""],
      ["\ufffd\ufffd", "00"],
      ["twice", Buffer.from("1").toString("hex")],
    ]);
    expect(reader.records[3]?.headers).toEqual({ same: Buffer.from("b"), constructor: Buffer.from("x") });
    expect(dead.records).toHaveLength(4);
  });

  test("marks of others' transactions are passed over", async () => {
    const topic = `transactions-${Date.now()}`;
    await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: WEEK_MS }]);
    const producer = client.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: topic,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const reader = await read(bus, topic);
    for (const value of ["kept 1", "dropped", "kept 2"]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: "key", value }] });
      await (value === "dropped" ? transaction.abort() : transaction.commit());
    }
    await producer.disconnect();
    await bus.publish([{ topic, key: "key", value: Buffer.from("ours"), headers: {} }]);
    await reader.until(3);
    expect(reader.values()).toEqual(["kept 1", "kept 2", "ours"]);
  });

  test("a topic that would refuse or lose our records is refused with its setting", async () => {
    const topic = `compacted-${Date.now()}`;
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({
      topics: [
        { topic, numPartitions: 1, configEntries: [{ name: "cleanup.policy", value: "compact" }] },
        { topic: `${topic}.small`, numPartitions: 1 },
      ],
    });
    await admin.disconnect();
    const refused = bus.ensureTopics([{ name: `${topic}.small`, partitions: 1, retentionMs: WEEK_MS }]);
    await expect(refused).rejects.toThrow(TopicSettingError);
    await expect(refused).rejects.toThrow(/max\.message\.bytes=1048588, but needs at least/);
  });

  test("one call may publish 4 MiB of small records", async () => {
    const topic = `large-${Date.now()}`;
    await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: WEEK_MS }]);
    const value = Buffer.alloc(900, "x");
    const headers = { ce_id: "evt_01", ce_type: "website_created" };
    const records = Array.from({ length: 4_400 }, () => ({ topic, key: "key", value, headers }));
    await expect(bus.publish(records)).resolves.toBeUndefined();
  });
});

describe.runIf(process.env[TEST_KAFKA_BROKERS])("a secured Kafka", () => {
  const mechanisms: KafkaSasl["mechanism"][] = ["plain", "scram-sha-256", "scram-sha-512"];
  const kafka = startedKafka();

  test.each(mechanisms)("is used over TLS with %s", async (mechanism) => {
    const { broker, ca, username, password } = (await kafka).secured!;
    const log = pino({ level: "silent" });
    const bus = createKafkaBus({
      brokers: [broker],
      app: "bus-test",
      tls: { ca },
      sasl: { mechanism, username, password },
      log,
    });
    const topic = `secured-${mechanism}`;
    await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: WEEK_MS }]);
    await bus.publish([{ topic, key: "key", value: Buffer.from("secret"), headers: {} }]);
    const reader = await read(bus, topic);
    await reader.until(1);
    await bus.close();

    const wrong = createKafkaBus({
      brokers: [broker],
      app: "bus-test",
      tls: { ca },
      sasl: { mechanism, username, password: "guessed" },
      log,
    });
    await expect(wrong.ping()).rejects.toThrow(BusRefusedError);
    const unknown = createKafkaBus({ brokers: [broker], app: "bus-test", tls: {}, log });
    await expect(unknown.ping()).rejects.toThrow(BusUnavailableError);
    await Promise.all([wrong.close(), unknown.close()]);
  });

  function startedKafka() {
    const promise = process.env[TEST_KAFKA_BROKERS] ? startKafka({ secured: true }) : undefined!;
    afterAll(async () => (await promise).stop());
    return promise;
  }
});
