/**
 * Stellwerk as it runs in production, with everything that can go wrong in reach: two apis and several dispatchers, each
 * behind a proxy of ours to PostgreSQL and with a clock of its own, PostgreSQL on a small disk, and on Kafka a broker
 * behind a proxy.
 */
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ApiClient } from "@stellwerk/e2e/api-client.ts";
import { startKafkaProxy, type KafkaProxy } from "@stellwerk/e2e/kafka-proxy/proxy.ts";
import { ADMIN_KEY } from "@stellwerk/e2e/kills/scene.ts";
import { Service } from "@stellwerk/e2e/kills/service.ts";
import { startPostgresProxy } from "@stellwerk/e2e/postgres-proxy/proxy.ts";
import { findFreePort } from "@stellwerk/e2e/processes/free-port.ts";
import { startReceiver, type Receiver } from "@stellwerk/e2e/receiver/start-receiver.ts";
import { makeTemporaryFolder } from "@stellwerk/e2e/temporary-folder.ts";
import { startKafka, type Kafka } from "@stellwerk/kafka-broker";
import { startTestPostgres, type TestPostgres } from "@stellwerk/store/testing";
import { NO_CLOCKS, openClock } from "./clocks.ts";
import type { Member } from "./member.ts";
import { mountSmallDisk, unmountSmallDisk, type SmallDisk } from "./small-disk.ts";

export type BusName = "postgres" | "kafka";

const APIS = 2;
const DISPATCHERS = 3;
const BROKER = 1;
/** Shorter than the default, so that a stop under a fault does not take the run's time. */
const GRACE_SECONDS = 5;

export interface Broker {
  /** Everybody's way to it. */
  readonly proxy: KafkaProxy;
  kill(): Promise<void>;
  restart(): Promise<void>;
  freeze(frozen: boolean): void;
}

export interface Stage extends AsyncDisposable {
  readonly apis: readonly Member[];
  readonly dispatchers: readonly Member[];
  readonly postgres: TestPostgres;
  readonly broker: Broker | undefined;
  readonly disk: SmallDisk | undefined;
  readonly receiver: Receiver;
  readonly api: ApiClient;
  /** Of the apis. */
  readonly addresses: readonly string[];
  readonly adminKey: string;
  /** What cannot be done to it on this machine, and why. */
  readonly missing: readonly string[];
  /** For lines of one's own. */
  readonly historyFolder: string;
  historyFiles(): string[];
  /** Of every process, the last it said. */
  output(): string;
}

export async function openStage(bus: BusName): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(makeTemporaryFolder("faults", unmountSmallDisk));
  const receiver = opened.use(await startReceiver());
  const disk = mountSmallDisk(folder.path);
  const missing = "reason" in disk ? [`PostgreSQL's disk is not filled: ${disk.reason}`] : [];
  const postgres = opened.use(await startTestPostgres("reason" in disk ? {} : { folder: disk.path }));
  const kafka = bus === "kafka" ? await openKafka(opened) : undefined;
  const common = {
    ...(kafka === undefined ? {} : { STELLWERK_BUS: "kafka", KAFKA_BROKERS: kafka.address }),
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    STELLWERK_GRACE_SECONDS: String(GRACE_SECONDS),
    STELLWERK_CONNECTORS: fileURLToPath(new URL("drill-connector.ts", import.meta.url)),
    LOG_LEVEL: "info",
  };
  const nodeArguments = ["--import", new URL("block-on-signal.mjs", import.meta.url).href];

  async function member(
    name: string,
    make: (env: Readonly<Record<string, string>>) => Service,
  ): Promise<Member> {
    const proxy = opened.use(await startPostgresProxy(postgres.url));
    const clock = openClock(folder.path, name.replace(" ", "-"));
    const history = join(folder.path, `${name.replace(" ", "-")}.jsonl`);
    const env = { ...common, ...clock?.env, DATABASE_URL: proxy.url, STELLWERK_HISTORY_FILE: history };
    return { name, proxy, clock, service: opened.use(make(env)) };
  }

  const ports: number[] = [];
  for (let count = 0; count < APIS; count += 1) ports.push(await findFreePort());
  const apis: Member[] = [];
  for (const [index, port] of ports.entries()) {
    apis.push(await member(`api ${index + 1}`, (env) => Service.api(port, env, nodeArguments)));
  }
  const dispatchers: Member[] = [];
  for (let count = 1; count <= DISPATCHERS; count += 1) {
    dispatchers.push(
      await member(`dispatcher ${count}`, (env) => Service.dispatcher(env, [], nodeArguments)),
    );
  }
  if (apis[0]?.clock === undefined) missing.push(`clocks are not stepped: ${NO_CLOCKS}`);
  const members = [...apis, ...dispatchers];
  // The first one makes the tables and topics.
  await apis[0]?.service.start();
  await Promise.all(members.slice(1).map((each) => each.service.start()));

  const addresses = ports.map((port) => `http://127.0.0.1:${port}`);
  const ending = opened.move();
  return {
    apis,
    dispatchers,
    postgres,
    broker: kafka?.broker,
    disk: "reason" in disk ? undefined : disk,
    receiver,
    api: new ApiClient(addresses[0] ?? "", ADMIN_KEY),
    addresses,
    adminKey: ADMIN_KEY,
    missing,
    historyFolder: folder.path,
    historyFiles: () =>
      readdirSync(folder.path)
        .filter((name) => name.endsWith(".jsonl"))
        .map((name) => join(folder.path, name)),
    output: () => members.map((each) => each.service.output).join("\n"),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

async function openKafka(opened: AsyncDisposableStack) {
  const proxy = opened.use(await startKafkaProxy());
  const address = `127.0.0.1:${proxy.port}`;
  const settings = { "advertised.listeners": `PLAINTEXT://${address}` };
  const kafka: Kafka = opened.use(await startKafka({ settings }));
  proxy.forwardTo(kafka.brokers[0] ?? "");
  const broker: Broker = {
    proxy,
    kill: () => kafka.kill(BROKER),
    restart: () => kafka.restart(BROKER),
    freeze: (frozen) => kafka.freeze(BROKER, frozen),
  };
  return { address, broker };
}
