import { expect, test } from "vitest";
import { KAFKA_HERE } from "../kafka-here.ts";
import { runSuite } from "./run-suite.ts";
import { KAFKA } from "./suite-plans.ts";

/** A third of it on two idle cores; no claim, only an end. */
const WITHIN_MS = 400_000;

test.runIf(process.env[KAFKA_HERE])(
  "kill -9 of two apis, the dispatcher, PostgreSQL and the Kafka broker loses nothing that was answered 202",
  { timeout: WITHIN_MS },
  async () => {
    const { problems, accepted, repeatedRecords } = await runSuite(KAFKA);
    expect(problems).toEqual({});
    // A run in which little happened proves little.
    expect(accepted).toBeGreaterThan(300);
    // Kafka had records twice, and none of them made a second delivery: the log was looked through for that.
    expect(repeatedRecords).toBeGreaterThan(0);
  },
);
