/** The Kafka of a test run: given by whoever runs all packages, or said loudly to be missing. */
import { KafkaMissingError } from "./errors.ts";
import { startKafka } from "./start-kafka.ts";

/** Brokers that tests may write to, separated by commas. */
export const TEST_KAFKA_BROKERS = "STELLWERK_TEST_KAFKA_BROKERS";

export type TestKafka =
  | { readonly ok: true; readonly brokers: string; stop(): Promise<void> }
  | { readonly ok: false; readonly reason: string };

/** Those of the environment, else a broker that is started now. */
export async function testKafka(): Promise<TestKafka> {
  const given = process.env[TEST_KAFKA_BROKERS];
  if (given) return { ok: true, brokers: given, stop: async () => {} };
  try {
    const kafka = await startKafka();
    return { ok: true, brokers: kafka.brokers.join(","), stop: () => kafka.stop() };
  } catch (error) {
    if (error instanceof KafkaMissingError) return { ok: false, reason: error.message };
    throw error;
  }
}
