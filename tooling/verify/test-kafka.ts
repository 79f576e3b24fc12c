/** The real Kafka of a run: one throw-away broker for all packages, started when the first of them needs it. */
import { testKafka } from "@stellwerk/kafka-broker";
import type { TestKafka } from "@stellwerk/kafka-broker";

export async function openTestKafka(): Promise<TestKafka> {
  try {
    return await testKafka();
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
