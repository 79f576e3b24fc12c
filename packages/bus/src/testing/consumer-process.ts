/** The program that start-consumer-process.ts runs: prints the value of each record it has handled. */
import { writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { EventBus } from "../port.ts";
import type { BusSettings } from "./bus-driver.ts";
import type { ConsumerSetup } from "./start-consumer-process.ts";

interface Argument {
  readonly module: string;
  readonly setup: unknown;
  readonly consumer: ConsumerSetup;
}

const { module, setup, consumer } = JSON.parse(process.argv[2] ?? "") as Argument;
const driver = (await import(module)) as { openBus(setup: unknown, settings: BusSettings): EventBus };
const bus = driver.openBus(setup, { sessionTimeoutMs: consumer.sessionTimeoutMs });
await bus.ensureTopics([{ name: consumer.topic, partitions: 4, retentionMs: 24 * 3_600_000 }]);
await bus.consume({
  group: consumer.group,
  topics: [consumer.topic],
  maxBatchRecords: consumer.maxBatchRecords,
  async onBatch({ records }) {
    await pause(20);
    for (const record of records) writeSync(1, `${record.value.toString()}\n`);
  },
});
