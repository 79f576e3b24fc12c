/**
 * The api as its clients meet it: over HTTP, on a real database and a real bus. Every answer is held to
 * the API's description on the way.
 */
import {
  BusUnavailableError,
  createPostgresBus,
  type EventBus,
  type OutgoingRecord,
  platformTopics,
} from "@stellwerk/bus";
import type { Connector } from "@stellwerk/connector-kit";
import { openOfflineNetwork } from "@stellwerk/connector-kit/testing";
import { builtInConnectors } from "@stellwerk/connectors";
import { createLog, type Log } from "@stellwerk/log";
import {
  createSealer,
  type Database,
  hashSecret,
  prepareInstallation,
  readSecretKey,
} from "@stellwerk/store";
import { openTestDatabase } from "@stellwerk/store/testing";
import { MetricsReader, noTelemetry } from "@stellwerk/telemetry";
import type { Limits } from "../limits/limits.ts";
import { startApi } from "../start-api.ts";
import { checkAnswer } from "./check-answer.ts";

export const ADMIN_KEY = "test-admin-key-0123456789";

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, without a content type of our own. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Record<string, string>;
  /** The admin key unless given; null: none. */
  readonly key?: string | null;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly body: any;
  readonly bytes: Buffer;
}

export interface TestApi extends AsyncDisposable {
  readonly url: string;
  readonly db: Database;
  readonly databaseUrl: string;
  readonly accountId: string;
  /** What was published, in order. */
  readonly records: OutgoingRecord[];
  /** Every line that was logged. */
  readonly logged: string[];
  /** How often the bus was asked whether it is there. */
  pings(): number;
  /** While true, publishing fails as when the bus is away. */
  breakBus(broken: boolean): void;
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  stop(): Promise<void>;
}

export interface TestApiOptions {
  /** Runs before each publish. */
  readonly beforePublish?: () => Promise<void>;
  readonly graceMs?: number;
  readonly limits?: Partial<Limits>;
  readonly publicUrl?: string;
  /** Beside those of every installation; connections may name this machine then. */
  readonly connectors?: readonly Connector[];
  /** What the api is given instead of its database, to see what it asks. */
  readonly watchDatabase?: (db: Database) => Database;
}

export async function openTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const database = await openTestDatabase();
  const { db } = database;
  const { accountId, partitions } = await prepareInstallation(db, { partitions: 2, apiKey: ADMIN_KEY });
  const logged: string[] = [];
  const log = createLog({
    name: "api",
    level: "debug",
    destination: { write: (line: string) => void logged.push(line) },
  });
  const bus = await openBus(database.url, partitions, log);
  const records: OutgoingRecord[] = [];
  let broken = false;
  let pings = 0;
  const watched: EventBus = {
    ensureTopics: (topics) => bus.ensureTopics(topics),
    consume: (consumeOptions) => bus.consume(consumeOptions),
    readBounds: (topic) => bus.readBounds(topic),
    ping() {
      pings += 1;
      return broken ? Promise.reject(new BusUnavailableError("The bus is away")) : bus.ping();
    },
    close: () => bus.close(),
    async publish(published) {
      await options.beforePublish?.();
      if (broken) throw new BusUnavailableError("The bus is away");
      await bus.publish(published);
      records.push(...published);
    },
  };
  const api = await startApi({
    config: {
      host: "127.0.0.1",
      port: 0,
      graceMs: options.graceMs ?? 2_000,
      publicUrl: options.publicUrl,
      ...(options.connectors !== undefined && { allowAddresses: ["127.0.0.1"] }),
      ...(options.limits !== undefined && { limits: options.limits }),
    },
    db: options.watchDatabase?.(db) ?? db,
    bus: watched,
    connectors: [...builtInConnectors, ...(options.connectors ?? [])],
    network: openOfflineNetwork(),
    sealer: createSealer({ current: readSecretKey(hashSecret("test").toString("hex")) }),
    log,
    telemetry: {
      ...noTelemetry,
      reader: new MetricsReader({ registry: noTelemetry.registry, serviceName: "test" }),
    },
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= api.stop());
  return {
    url: api.url,
    db,
    databaseUrl: database.url,
    accountId,
    records,
    logged,
    pings: () => pings,
    stop,
    breakBus: (isBroken) => {
      broken = isBroken;
    },
    call: (method, path, callOptions = {}) => call(api.url, method, path, callOptions),
    async [Symbol.asyncDispose]() {
      await stop();
      await bus.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function openBus(url: string, partitions: number, log: Log): Promise<EventBus> {
  const bus = createPostgresBus({ url, applicationName: "stellwerk test", log });
  await bus.ensureTopics(platformTopics(partitions));
  return bus;
}

async function call(base: string, method: string, path: string, options: CallOptions): Promise<Reply> {
  const key = options.key === undefined ? ADMIN_KEY : options.key;
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(options.body !== undefined && { "content-type": "application/json" }),
      ...options.headers,
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.raw !== undefined && { body: Buffer.from(options.raw) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "") && !path.endsWith("/body");
  const body: unknown = isJson ? JSON.parse(bytes.toString()) : undefined;
  checkAnswer(method, path, { status: response.status, headers: response.headers, bytes });
  return { status: response.status, headers: response.headers, body, bytes };
}
