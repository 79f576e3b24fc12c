/** The Kafka driver for the conformance suite. */
import { startKafka, TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import type { Kafka } from "@stellwerk/kafka-broker";
import { pino } from "pino";
import type { EventBus } from "../port.ts";
import type { BreakableBackend, BusBackend, BusDriver, BusSettings } from "./bus-driver.ts";
import { createKafkaBus } from "../kafka/kafka-bus.ts";

export interface KafkaBackend extends BusBackend {
  readonly setup: { readonly brokers: readonly string[] };
}

export function openBus(setup: unknown, settings: BusSettings = {}): EventBus {
  const { brokers } = setup as KafkaBackend["setup"];
  return createKafkaBus({ brokers, app: "bus-test", log: pino({ level: "silent" }), ...settings });
}

const common = {
  module: new URL(import.meta.url),
  shortestSessionMs: 2_000,
  cannot: {
    "no reader skips a record that commits late":
      "a Kafka consumer is never given a record past one that is not acknowledged",
  },
};

/** On the broker that the test run gives. */
export const kafkaDriver: BusDriver<KafkaBackend> = {
  ...common,
  name: "kafka",
  start: async () => backendOf((process.env[TEST_KAFKA_BROKERS] ?? "").split(","), async () => {}),
};

export const breakableKafkaDriver: BusDriver<BreakableBackend & { readonly kafka: Kafka }> = {
  ...common,
  name: "kafka that breaks",
  async start() {
    const kafka = await startKafka();
    return {
      ...backendOf(kafka.brokers, () => kafka.stop()),
      kafka,
      kill: () => kafka.kill(1),
      restart: () => kafka.restart(1),
    };
  },
};

function backendOf(brokers: readonly string[], stop: () => Promise<void>): KafkaBackend {
  const setup = { brokers };
  return { setup, open: (settings) => openBus(setup, settings), [Symbol.asyncDispose]: stop };
}
