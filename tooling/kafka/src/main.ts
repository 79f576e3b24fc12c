/** `pnpm kafka`: one broker for development, until Ctrl-C. Its data stays in `.cache/kafka/development`. */
import { join } from "node:path";
import { KafkaMissingError } from "./errors.ts";
import { isPortFree } from "./free-ports.ts";
import { startKafka } from "./start-kafka.ts";

const PORT = 9092;
const FOLDER = join(import.meta.dirname, "../../../.cache/kafka/development");

try {
  if (!(await isPortFree(PORT))) {
    throw new KafkaMissingError(`port ${PORT} is taken. Is it running already? Stop that one first.`);
  }
  console.log("Starting Apache Kafka …");
  const kafka = await startKafka({ port: PORT, folder: FOLDER, onProgress: (text) => console.log(text) });
  console.log(`\nKafka is ready on ${kafka.brokers.join(",")}; Ctrl-C stops it. In another terminal:\n`);
  console.log(`  STELLWERK_BUS=kafka KAFKA_BROKERS=${kafka.brokers.join(",")} npm start\n`);
  const stop = () => void kafka.stop().then(() => process.exit(0));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  console.error(error instanceof KafkaMissingError ? error.message : error);
  process.exitCode = 1;
}
