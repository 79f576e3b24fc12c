import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { describe } from "vitest";
import { busSuite } from "../testing/bus-suite.ts";
import { kafkaDriver } from "../testing/kafka-driver.ts";

describe.runIf(process.env[TEST_KAFKA_BROKERS])("kafka", () => {
  busSuite(kafkaDriver);
});
