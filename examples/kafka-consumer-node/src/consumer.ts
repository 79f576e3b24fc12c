/**
 * Reads Stellwerk's events from Kafka with kafkajs and @stellwerk/events, and prints a line for each.
 *
 *     KAFKA_BROKERS=127.0.0.1:9094 node src/consumer.ts
 */
import { decodeEvent, parseEvent } from "@stellwerk/events";
import { Kafka, logLevel, type KafkaMessage } from "kafkajs";

const { KAFKA_BROKERS = "127.0.0.1:9094", TOPIC = "stellwerk.events", GROUP = "example-node" } = process.env;

const kafka = new Kafka({
  clientId: GROUP,
  brokers: KAFKA_BROKERS.split(","),
  logLevel: logLevel.ERROR,
});
const consumer = kafka.consumer({ groupId: GROUP });

/** The topic may hold an event twice. A real reader stores the id with what it makes of the event, in one transaction. */
const handled = new Set<string>();

function handle(message: KafkaMessage): void {
  const decoded = decodeEvent(message);
  // Throwing here would bring the same record again and again, and stop the partition.
  if (!decoded.ok) return console.log(`skipped: ${decoded.reason}`);
  if (handled.has(decoded.id)) return console.log(`${decoded.id} again`);

  const parsed = parseEvent(decoded.data);
  if (!parsed.ok) console.log(`${decoded.id} ${decoded.type}: ${parsed.issues[0]?.message}`);
  else if (parsed.known && parsed.event.event === "website_status_changed") {
    const { website, previousStatus } = parsed.event;
    console.log(`${decoded.id} ${website.title}: ${previousStatus} → ${website.status}`);
  } else console.log(`${decoded.id} ${decoded.type} about ${decoded.subject ?? "nothing"}`);
  handled.add(decoded.id);
}

await consumer.connect();
// From the beginning only as long as this group has read nothing; later it goes on where it stopped.
await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
await consumer.run({ eachMessage: async ({ message }) => handle(message) });

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // Says goodbye to the group, so that another reader takes over at once.
  process.once(signal, () => void consumer.disconnect());
}
