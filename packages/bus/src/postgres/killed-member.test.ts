/** A member that was killed is put out by whoever can tell by its pid, long before its session ends. */
import { expect, test } from "vitest";
import { ownIdentity } from "@stellwerk/process";
import { postgresDriver } from "../testing/postgres-driver.ts";
import { read, until } from "../testing/reading.ts";
import { startConsumerProcess } from "../testing/start-consumer-process.ts";

test.runIf(ownIdentity().machine !== null)(
  "whoever starts after a kill -9 on the same machine reads on at once, whatever is left of the session",
  async () => {
    await using backend = await postgresDriver.start();
    const sessionTimeoutMs = 60_000;
    const bus = backend.open({ sessionTimeoutMs });
    const topic = "events";
    const group = "dispatcher";
    const record = (value: string) => ({ topic, key: "account", value: Buffer.from(value), headers: {} });
    await bus.ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    await using victim = await startConsumerProcess(postgresDriver, backend, {
      topic,
      group,
      sessionTimeoutMs,
      maxBatchRecords: 5,
    });
    await bus.publish([record("before")]);
    await until(() => victim.values().length === 1);
    await victim.kill();
    const heir = await read(bus, topic, { group });
    await bus.publish([record("after")]);
    await until(() => heir.values().includes("after"), 5_000);
    expect(heir.values()).toContain("after");
  },
);
