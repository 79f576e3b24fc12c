import { KAFKA_HERE } from "@stellwerk/e2e/kafka-here.ts";
import { expect, test } from "vitest";
import { runShort } from "./run-short.ts";

test.runIf(process.env[KAFKA_HERE])(
  "on Kafka two apis and three dispatchers keep every promise, whatever goes wrong",
  async () => {
    const { problems, accepted, kills, repeatedRecords } = await runShort("kafka");
    expect(problems).toEqual([]);
    // A run in which little happened proves little.
    expect(accepted).toBeGreaterThan(200);
    expect(kills).toBeGreaterThan(8);
    // Kafka had records twice, and none of them made a second delivery: the log was looked through for that.
    expect(repeatedRecords).toBeGreaterThan(0);
  },
);
