import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { describe } from "vitest";
import { busFaultSuite } from "../testing/bus-suite.ts";
import { breakableKafkaDriver } from "../testing/kafka-driver.ts";

describe.runIf(process.env[TEST_KAFKA_BROKERS])("kafka that breaks", () => {
  busFaultSuite(breakableKafkaDriver);
});
