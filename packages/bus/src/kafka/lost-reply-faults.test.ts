import { startKafka, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { openKafkaProxy } from "../testing/kafka-proxy.ts";
import { read, sequence } from "../testing/reading.ts";
import { createKafkaBus } from "./kafka-bus.ts";

describe.runIf(process.env[TEST_KAFKA_BROKERS])("a reply that is lost", () => {
  test("loses no record of the next publish, which has as many", async () => {
    await using proxy = await openKafkaProxy();
    await using kafka = await startKafka({
      settings: { "advertised.listeners": `PLAINTEXT://127.0.0.1:${proxy.port}` },
    });
    proxy.forwardTo(kafka.brokers[0]!);
    const bus = createKafkaBus({
      brokers: [`127.0.0.1:${proxy.port}`],
      app: "bus-test",
      log: pino({ level: "silent" }),
      publishDeadlineMs: 4_000,
    });
    try {
      const topic = "lost-replies";
      await bus.ensureTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
      const publish = (value: string) =>
        bus.publish([{ topic, key: "key", value: Buffer.from(value), headers: {} }]);
      await publish("first");
      const acknowledged = ["first"];
      for (const round of sequence(3)) {
        const lost = proxy.swallowNextReply();
        const unsure = publish(`unsure ${round}`).then(() => acknowledged.push(`unsure ${round}`));
        await lost;
        await Promise.all([unsure, publish(`next ${round}`).then(() => acknowledged.push(`next ${round}`))]);
        await publish(`later ${round}`).then(() => acknowledged.push(`later ${round}`));
      }
      const reader = await read(bus, topic);
      await reader.until(acknowledged.length);
      expect(reader.values()).toEqual(expect.arrayContaining(acknowledged));
      // Stored at once, and again because nobody knew.
      for (const round of sequence(3))
        expect(reader.values().filter((value) => value === `unsure ${round}`)).toHaveLength(2);
    } finally {
      await bus.close();
    }
  }, 60_000);
});
