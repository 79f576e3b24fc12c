/** Every error the bus throws on purpose; any other error is a bug. */
export abstract class BusError extends Error {
  /** Stable and greppable. */
  abstract readonly code: string;
  /** May the same call succeed later, unchanged? */
  readonly retryable: boolean = false;
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name; // not as a field: there `new.target` is undefined
  }
}

export class BusUnavailableError extends BusError {
  readonly code = "bus.unavailable";
  override readonly retryable = true;
  constructor(what: string, options?: ErrorOptions) {
    super(`${what}. Try again shortly`, options);
  }
}

export class BusClosedError extends BusError {
  readonly code = "bus.closed";
  constructor() {
    super("The bus is closed: nothing can be published or consumed any more");
  }
}

export class RecordsTooLargeError extends BusError {
  readonly code = "bus.records_too_large";
  constructor(bytes: number, limitBytes: number) {
    super(`One call may publish ${limitBytes} bytes, this one has ${bytes}. Publish in smaller parts`);
  }
}

export class UnknownTopicError extends BusError {
  readonly code = "bus.unknown_topic";
  constructor(topic: string) {
    super(`There is no topic "${topic}". Name it in ensureTopics() before it is used`);
  }
}

export class PartitionCountError extends BusError {
  readonly code = "bus.partition_count";
  constructor(topic: string, found: number, wanted: number) {
    super(
      `Topic "${topic}" has ${found} partitions, but ${wanted} were asked for. Set the number of partitions back to ` +
        `${found}: another number would move accounts to other partitions and break their order`,
    );
  }
}

export class BusSchemaTooNewError extends BusError {
  readonly code = "bus.schema_too_new";
  constructor(found: number, known: number) {
    super(
      `The bus tables in PostgreSQL have version ${found}, this program knows ${known}. ` +
        "Start the newer version of the program again, or restore a backup made before it",
    );
  }
}

export class BusRefusedError extends BusError {
  readonly code = "bus.refused";
  constructor(answer: string, options?: ErrorOptions) {
    super(
      `Kafka refused us: ${answer}. Check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, and what ` +
        "this user may do (docs/operate/kafka.md)",
      options,
    );
  }
}

export class TopicSettingError extends BusError {
  readonly code = "bus.topic_setting";
  constructor(topic: string, setting: string, found: string, wanted: string) {
    super(
      `Topic "${topic}" has ${setting}=${found}, but needs ${wanted}. Change it with ` +
        `kafka-configs.sh --alter --topic ${topic} --add-config ${setting}=…`,
    );
  }
}

export class TopicNotMadeError extends BusError {
  readonly code = "bus.topic_not_made";
  constructor(topics: readonly string[], answer: string, options?: ErrorOptions) {
    super(
      `Kafka did not make the topics ${topics.join(", ")}: ${answer}. Make them by hand with the settings of ` +
        "docs/operate/kafka.md, or let this user create topics",
      options,
    );
  }
}

export class BusSettingsError extends BusError {
  readonly code = "bus.settings";
}
