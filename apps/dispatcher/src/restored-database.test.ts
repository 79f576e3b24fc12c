/** On Kafka, with the database put back to a backup: the topic is ahead of it, and so is the group's own commit. */
import { randomBytes } from "node:crypto";
import { createKafkaBus, platformTopics } from "@stellwerk/bus";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { builtInConnectors } from "@stellwerk/connectors";
import { startKafka, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { createLog } from "@stellwerk/log";
import { connectionSecretsContext, createSealer, readSecretKey, type Database } from "@stellwerk/store";
import { openTestDatabase, seedAccount } from "@stellwerk/store/testing";
import { expect, test, vi } from "vitest";
import { startDispatcher } from "./index.ts";
import { recordOf } from "./testing/hand-fed-bus.ts";

const PARTITIONS = 2;
const log = createLog({ name: "test", level: "silent" });

/** The global setup says loudly why there is no Kafka. */
test.runIf(process.env[TEST_KAFKA_BROKERS] !== undefined)(
  "what came after the backup is routed again, once, and its sends say that they are repeats",
  { timeout: 60_000 },
  async () => {
    await using database = await openTestDatabase();
    await using receiver = await openReceiver();
    // Of its own, because the topics' names are fixed.
    await using kafka = await startKafka();
    const { db } = database;
    const sealer = createSealer({ current: readSecretKey(randomBytes(32).toString("base64")) });
    const seed = await seedAccount(db, {
      partitions: PARTITIONS,
      connector: "webhook",
      action: "webhook.send",
      settings: { url: `${receiver.url}/` },
    });
    const secrets = builtInConnectors.find((each) => each.id === "webhook")!.connection.makeSecrets!();
    const sealed = sealer.seal(JSON.stringify(secrets), connectionSecretsContext(seed.connectionId));
    await db.query("UPDATE connection SET secrets_sealed = $1", [sealed]);
    const config = { graceMs: 2_000, retentionDays: 30, allowAddresses: ["127.0.0.0/8"] };

    async function run(work: (publish: (count: number) => Promise<void>) => Promise<void>): Promise<void> {
      const bus = createKafkaBus({ brokers: kafka.brokers, app: "restore-test", log });
      await bus.ensureTopics(platformTopics(PARTITIONS));
      const parts = { config, db, bus, connectors: builtInConnectors, sealer, log };
      const dispatcher = await startDispatcher(parts);
      await work((count) =>
        bus.publish(
          Array.from({ length: count }, () => {
            const { topic, key, value, headers } = recordOf(seed);
            return { topic, key: key!, value, headers };
          }),
        ),
      );
      await dispatcher.stop();
      await bus.close();
    }

    let backup: { partition: number; next_offset: number; last_seq: number }[] = [];
    let kept: string[] = [];
    await run(async (publish) => {
      await publish(10);
      await delivered(db, 10);
      backup = await db.query("SELECT * FROM partition_routed");
      kept = (await db.query<{ id: string }>("SELECT id FROM event")).map(({ id }) => id);
      await publish(10);
      await delivered(db, 20);
    });

    await db.query("DELETE FROM event WHERE NOT (id = ANY ($1::uuid[]))", [kept]);
    await db.query("DELETE FROM delivery WHERE NOT (event_id = ANY ($1::uuid[]))", [kept]);
    for (const { partition, next_offset, last_seq } of backup) {
      await db.query("UPDATE partition_routed SET next_offset = $2, last_seq = $3 WHERE partition = $1", [
        partition,
        next_offset,
        last_seq,
      ]);
    }

    await run(() => delivered(db, 20));
    expect(await db.query("SELECT possibly_sent, count(*) FROM delivery GROUP BY 1 ORDER BY 1")).toEqual([
      { possibly_sent: false, count: 10 },
      { possibly_sent: true, count: 10 },
    ]);
    const times = new Map<unknown, number>();
    for (const { headers } of receiver.requests) {
      times.set(headers["webhook-id"], (times.get(headers["webhook-id"]) ?? 0) + 1);
    }
    const counted = Object.groupBy(times.values(), (count) =>
      count === 1 ? "once" : count === 2 ? "twice" : "more",
    );
    expect(counted).toMatchObject({ once: { length: 10 }, twice: { length: 10 } });
    expect(counted.more).toBeUndefined();
  },
);

async function delivered(db: Database, count: number): Promise<void> {
  const check = async () => {
    const [row] = await db.query<{ count: number }>(
      "SELECT count(*) FROM delivery WHERE state = 'delivered'",
    );
    expect(row?.count).toBe(count);
  };
  await vi.waitFor(check, { timeout: 20_000, interval: 50 });
}
