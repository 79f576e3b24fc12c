/** The topics of the platform. */
import type { TopicSpec } from "./port.ts";

/** Every event as received. */
export const EVENTS_TOPIC = "stellwerk.events";
/** What happens to deliveries and connections, for alerts. */
export const OPERATIONS_TOPIC = "stellwerk.operations";

/** Where the records of `topic` go that can never be handled. */
export function deadTopicOf(topic: string): string {
  return `${topic}.dead`;
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** What every process creates or checks at its start. `partitions` is fixed at the first start and kept in the store. */
export function platformTopics(partitions: number): TopicSpec[] {
  return [EVENTS_TOPIC, OPERATIONS_TOPIC].map((name) => ({ name, partitions, retentionMs: WEEK_MS }));
}
