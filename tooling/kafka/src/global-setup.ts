/**
 * Vitest's global setup: one throw-away broker for the whole run. A package that needs Kafka names it in its
 * vitest.config.ts:
 *
 *     test: { globalSetup: "@stellwerk/kafka-broker/global-setup" }
 *
 * Where Kafka cannot run, tests on it are left out and the reason is printed; with CI=true that is a failure.
 */
import { TEST_KAFKA_BROKERS, testKafka } from "./test-kafka.ts";
import type { TestKafka } from "./test-kafka.ts";

let kafka: TestKafka | undefined;

export async function setup(): Promise<void> {
  kafka = await testKafka();
  if (kafka.ok) {
    // The workers start after this and inherit it.
    process.env[TEST_KAFKA_BROKERS] = kafka.brokers;
    return;
  }
  const inCi = !["", "false"].includes(process.env["CI"] ?? "");
  if (inCi) throw new Error(kafka.reason);
  process.stderr.write(`\nTests on Kafka are left out. ${kafka.reason}\n\n`);
}

export async function teardown(): Promise<void> {
  if (kafka?.ok) await kafka.stop();
}
