export { KafkaMissingError } from "./errors.ts";
export { resolveJars } from "./jars.ts";
export { startKafka } from "./start-kafka.ts";
export type { Kafka, KafkaOptions, SecuredListener } from "./start-kafka.ts";
export { TEST_KAFKA_BROKERS, testKafka } from "./test-kafka.ts";
export type { TestKafka } from "./test-kafka.ts";
