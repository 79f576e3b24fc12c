/**
 * As it runs in production: two api processes and a dispatcher on Kafka and PostgreSQL. Everybody talks to the broker
 * through a proxy that sees each produce, and the dispatcher to PostgreSQL through one that sees each commit.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { startKafka } from "@stellwerk/kafka-broker";
import { openDatabase } from "@stellwerk/store";
import { startTestPostgres } from "@stellwerk/store/testing";
import { ApiClient } from "../api-client.ts";
import { startKafkaProxy } from "../kafka-proxy/proxy.ts";
import { startPostgresProxy } from "../postgres-proxy/proxy.ts";
import { findFreePort } from "../processes/free-port.ts";
import type { Moment } from "../trap.ts";
import { dispatcherBlows } from "./dispatcher-blows.ts";
import { ADMIN_KEY, inTime, type Scene, type SceneParts } from "./scene.ts";
import { Service } from "./service.ts";

const BROKER = 1;
/** Until it is back or said to be down. */
const AWAY_MS = [0, 800] as const;
/** Longer than one try of a publish, shorter than a publish may take. */
const STILL_MS = [3_000, 4_500] as const;

export async function openKafkaScene({ receiver, random }: SceneParts): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const kafkaProxy = opened.use(await startKafkaProxy());
  const address = `127.0.0.1:${kafkaProxy.port}`;
  const [postgres, kafka] = await Promise.all([
    startTestPostgres().then((server) => opened.use(server)),
    startKafka({ settings: { "advertised.listeners": `PLAINTEXT://${address}` } }).then((each) =>
      opened.use(each),
    ),
  ]);
  kafkaProxy.forwardTo(kafka.brokers[0] ?? "");
  const postgresProxy = opened.use(await startPostgresProxy(postgres.url));
  const common = {
    STELLWERK_BUS: "kafka",
    KAFKA_BROKERS: address,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "info",
  };
  const ports = [await findFreePort(), await findFreePort()];
  const apis = ports.map((port) => opened.use(Service.api(port, { ...common, DATABASE_URL: postgres.url })));
  const senderEndings: number[] = [];
  const dispatcher = opened.use(
    Service.dispatcher({ ...common, DATABASE_URL: postgresProxy.url }, senderEndings),
  );
  const anyApi = () => random.pick(apis);
  const allReady = () => Promise.all(apis.map((api) => api.isReady()));

  async function bringBrokerBack(): Promise<void> {
    await pause(random.between(...AWAY_MS));
    await kafka.restart(BROKER);
    await allReady();
  }
  async function losePostgres(): Promise<void> {
    await postgres.kill();
    await pause(random.between(...AWAY_MS));
    await postgres.restart();
  }
  const apiAt = (at: Moment) => async () => {
    const api = anyApi();
    await inTime(kafkaProxy.killAt({ pid: api.process.pid, at }, api.victim), `a produce ${at}`);
    await api.restart();
  };
  /** At "committed" it had stored something and nobody knows: whoever asked asks again. */
  const brokerAt = (at: "asked" | "committed") => async () => {
    const victim = { freeze() {}, kill: () => kafka.kill(BROKER) };
    await inTime(kafkaProxy.killAt({ pid: anyApi().process.pid, at }, victim), `a produce ${at}`);
    await bringBrokerBack();
  };

  await Promise.all(apis.map((api) => api.start()));
  await dispatcher.start();
  const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
  const ending = opened.move();
  return {
    name: "two apis and a dispatcher on Kafka",
    api: new ApiClient(addresses[0] ?? "", ADMIN_KEY),
    addresses,
    senderEndings,
    repeatedRecords: () => countRepeatedRecords(postgres.url),
    output: () => [...apis, dispatcher].map((each) => each.output).join("\n"),
    blows: new Map([
      ["api, any moment", () => anyApi().restart()],
      ["both apis at once", async () => void (await Promise.all(apis.map((api) => api.restart())))],
      ["api, before the broker has it", apiAt("asked")],
      ["api, the broker has it and did not say", apiAt("committed")],
      ["api, the broker's ack and no 202 yet", apiAt("answered")],
      ...dispatcherBlows({ dispatcher, proxy: postgresProxy, receiver, senderEndings }),
      [
        "PostgreSQL, any moment",
        async () => {
          await losePostgres();
          await allReady();
        },
      ],
      [
        "broker, any moment",
        async () => {
          await kafka.kill(BROKER);
          await bringBrokerBack();
        },
      ],
      ["broker, before it has a publish", brokerAt("asked")],
      ["broker, right after it stored a publish", brokerAt("committed")],
      [
        "all five at once",
        async () => {
          for (const each of [...apis, dispatcher]) each.process.signal("SIGKILL");
          await kafka.kill(BROKER);
          await Promise.all([losePostgres(), kafka.restart(BROKER)]);
          await Promise.all([...apis, dispatcher].map((each) => each.restart()));
        },
      ],
      [
        "no kill: the broker's ack is lost",
        () => inTime(kafkaProxy.loseAnswer(anyApi().process.pid), "the answer to a produce"),
      ],
      [
        "no kill: the broker stands still",
        async () => {
          kafka.freeze(BROKER, true);
          await pause(random.between(...STILL_MS));
          kafka.freeze(BROKER, false);
          await allReady();
        },
      ],
    ]),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/** All that was read from the topic, less the events that it was. */
async function countRepeatedRecords(url: string): Promise<number> {
  const db = openDatabase({ url, applicationName: "stellwerk e2e" });
  try {
    const [row] = await db.query<{ repeated: string }>(
      "SELECT (SELECT sum(next_offset) FROM partition_routed) - (SELECT count(*) FROM event) AS repeated",
    );
    return Number(row?.repeated);
  } finally {
    await db.close();
  }
}
