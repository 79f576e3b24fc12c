/** The buses that a story is told on: the embedded default, and Kafka where it can run. */
import { startKafka } from "@stellwerk/kafka-broker";
import { KAFKA_HERE } from "../kafka-here.ts";

export interface OpenBus extends AsyncDisposable {
  /** Settings that make an app use it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Bus {
  readonly name: string;
  /** Up within seconds is promised to who tries Stellwerk out, not to who brings a Kafka. */
  readonly isQuick: boolean;
  /** A backend of its own, when it needs one. */
  open(): Promise<OpenBus>;
}

const embedded: Bus = {
  name: "the embedded default",
  isQuick: true,
  open: async () => ({ env: {}, async [Symbol.asyncDispose]() {} }),
};

const kafka: Bus = {
  name: "Kafka",
  isQuick: false,
  async open() {
    const broker = await startKafka();
    return {
      env: { STELLWERK_BUS: "kafka", KAFKA_BROKERS: broker.brokers.join(",") },
      [Symbol.asyncDispose]: () => broker.stop(),
    };
  },
};

export const BUSES: readonly Bus[] = process.env[KAFKA_HERE] === undefined ? [embedded] : [embedded, kafka];
