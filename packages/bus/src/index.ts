export { readDeadRecord } from "./dead-record.ts";
export type { DeadRecord } from "./dead-record.ts";
export {
  BusClosedError,
  BusError,
  BusSchemaTooNewError,
  BusUnavailableError,
  PartitionCountError,
  RecordsTooLargeError,
  UnknownTopicError,
} from "./errors.ts";
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
  TopicSpec,
} from "./port.ts";
export { createPostgresBus } from "./postgres/postgres-bus.ts";
export type { PostgresBusOptions } from "./postgres/postgres-bus.ts";
export { EVENTS_TOPIC, OPERATIONS_TOPIC, deadTopicOf, platformTopics } from "./topics.ts";
