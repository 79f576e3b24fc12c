export { readDeadRecord } from "./dead-record.ts";
export type { DeadRecord } from "./dead-record.ts";
export {
  BusClosedError,
  BusError,
  BusRefusedError,
  BusSchemaTooNewError,
  BusSettingsError,
  BusUnavailableError,
  PartitionCountError,
  RecordsTooLargeError,
  TopicNotMadeError,
  TopicSettingError,
  UnknownTopicError,
} from "./errors.ts";
export { createKafkaBus } from "./kafka/kafka-bus.ts";
export type { KafkaBusOptions } from "./kafka/kafka-bus.ts";
export type { KafkaSasl, KafkaTls } from "./kafka/client.ts";
export { openBus } from "./open-bus.ts";
export type { BusSettings, OpenBusOptions } from "./open-bus.ts";
export { partitionFor } from "./partition-for.ts";
export type {
  BatchResult,
  BusBatch,
  BusHeaders,
  BusRecord,
  Consumer,
  ConsumeOptions,
  EventBus,
  OutgoingRecord,
  PartitionBounds,
  PoisonRecord,
  TopicPartition,
  TopicSpec,
} from "./port.ts";
export { createPostgresBus } from "./postgres/postgres-bus.ts";
export type { PostgresBusOptions } from "./postgres/postgres-bus.ts";
export type { BusWatch } from "./watch.ts";
export { EVENTS_TOPIC, OPERATIONS_TOPIC, deadTopicOf, platformTopics } from "./topics.ts";
