/** The buses that a story is told on: the embedded default, and Kafka where it can run. */
import { startKafka } from "@stellwerk/kafka-broker";
import { KAFKA_HERE } from "../kafka-here.ts";

export interface OpenBus extends AsyncDisposable {
  /** Settings that make an app use it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Bus {
  readonly name: string;
  /** Promised to who tries Stellwerk out; who brings a Kafka waits as long as that takes. */
  readonly warmStartWithinMs: number;
  /** A backend of its own, when it needs one. */
  open(): Promise<OpenBus>;
}

const embedded: Bus = {
  name: "the embedded default",
  warmStartWithinMs: 5_000,
  open: async () => ({ env: {}, async [Symbol.asyncDispose]() {} }),
};

const kafka: Bus = {
  name: "Kafka",
  warmStartWithinMs: 60_000,
  async open() {
    const broker = await startKafka();
    return {
      env: { STELLWERK_BUS: "kafka", KAFKA_BROKERS: broker.brokers.join(",") },
      [Symbol.asyncDispose]: () => broker.stop(),
    };
  },
};

export const BUSES: readonly Bus[] = process.env[KAFKA_HERE] === undefined ? [embedded] : [embedded, kafka];
