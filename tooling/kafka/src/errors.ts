/** Kafka cannot be started on this machine; the message says what is missing and how to get it. */
export class KafkaMissingError extends Error {
  readonly code = "kafka.missing";
  constructor(missing: string, options?: ErrorOptions) {
    super(`Apache Kafka cannot be started here: ${missing}`, options);
    this.name = "KafkaMissingError";
  }
}
