/** What an error of kafkajs means to us. */
import { BusError, BusRefusedError, BusUnavailableError } from "../errors.ts";

export function describeFailure(error: unknown): BusError {
  if (error instanceof BusError) return error;
  const original = causeOf(error);
  const text = original instanceof Error ? original.message : String(original);
  if (isRefusal(original)) return new BusRefusedError(text, { cause: error });
  return new BusUnavailableError(`Kafka does not answer: ${text}`, { cause: error });
}

/** kafkajs wraps what happened in "number of retries exceeded" and the like. */
function causeOf(error: unknown): unknown {
  let original = error;
  while (original instanceof Error && original.cause !== undefined) original = original.cause;
  return original;
}

/** "REBALANCE_IN_PROGRESS", "TOPIC_ALREADY_EXISTS", …; undefined when it is not the broker's answer. */
export function errorType(error: unknown): string | undefined {
  const original = causeOf(error);
  return original instanceof Error && "type" in original ? String(original.type) : undefined;
}

function isRefusal(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === "KafkaJSSASLAuthenticationError") ||
    /AUTHORIZATION_FAILED$|^ILLEGAL_SASL|^UNSUPPORTED_SASL/.test(errorType(error) ?? "")
  );
}
