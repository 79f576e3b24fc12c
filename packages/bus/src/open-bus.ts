/** The bus that the settings ask for, with its topics. Only an app's main.ts calls this. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { BusSettingsError, BusUnavailableError } from "./errors.ts";
import type { KafkaSasl, KafkaTls } from "./kafka/client.ts";
import { createKafkaBus } from "./kafka/kafka-bus.ts";
import type { EventBus, TopicSpec } from "./port.ts";
import { createPostgresBus } from "./postgres/postgres-bus.ts";
import type { BusWatch } from "./watch.ts";

/** As `busSettings` of @stellwerk/process reads them. */
export interface BusSettings {
  readonly STELLWERK_BUS: "postgres" | "kafka";
  readonly KAFKA_BROKERS?: readonly string[] | undefined;
  readonly KAFKA_TLS: "true" | "false";
  readonly KAFKA_TLS_CA_FILE?: string | undefined;
  readonly KAFKA_TLS_CERT_FILE?: string | undefined;
  readonly KAFKA_TLS_KEY_FILE?: string | undefined;
  readonly KAFKA_SASL_MECHANISM?: KafkaSasl["mechanism"] | undefined;
  readonly KAFKA_SASL_USERNAME?: string | undefined;
  readonly KAFKA_SASL_PASSWORD?: string | undefined;
}

export interface OpenBusOptions {
  /** Of the postgres driver. */
  readonly databaseUrl: string;
  /** "stellwerk api": how the backend names our connections. */
  readonly applicationName: string;
  readonly topics: readonly TopicSpec[];
  readonly log: Logger;
  /** How long a backend that does not answer yet is waited for. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly watch?: BusWatch | undefined;
}

const RETRY_MS = 1_000;

export async function openBus(settings: BusSettings, options: OpenBusOptions): Promise<EventBus> {
  const bus = createBus(settings, options);
  try {
    await ensureTopics(bus, options);
    return bus;
  } catch (error) {
    await bus.close();
    throw error;
  }
}

function createBus(
  settings: BusSettings,
  { databaseUrl, applicationName, log, watch }: OpenBusOptions,
): EventBus {
  if (settings.STELLWERK_BUS === "postgres")
    return createPostgresBus({ url: databaseUrl, applicationName, log, watch });
  const brokers = settings.KAFKA_BROKERS;
  if (!brokers)
    throw new BusSettingsError("KAFKA_BROKERS is not set; expected host:port, several separated by commas");
  const app = applicationName.replaceAll(" ", "-");
  return createKafkaBus({ brokers, app, tls: readTls(settings), sasl: readSasl(settings), log, watch });
}

async function ensureTopics(
  bus: EventBus,
  { topics, log, timeoutMs, signal }: OpenBusOptions,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (let waited = false; ; waited = true) {
    try {
      await bus.ensureTopics(topics);
      return;
    } catch (error) {
      const isAway = error instanceof BusUnavailableError;
      if (!isAway || performance.now() > deadline || signal.aborted) throw error;
      if (!waited) log.warn(`${error.message}: waiting for it for up to ${Math.round(timeoutMs / 1_000)} s`);
      await pause(RETRY_MS, undefined, { signal });
    }
  }
}

function readTls(settings: BusSettings): KafkaTls | undefined {
  if (settings.KAFKA_TLS === "false") return undefined;
  const ca = readPem("KAFKA_TLS_CA_FILE", settings.KAFKA_TLS_CA_FILE);
  const cert = readPem("KAFKA_TLS_CERT_FILE", settings.KAFKA_TLS_CERT_FILE);
  const key = readPem("KAFKA_TLS_KEY_FILE", settings.KAFKA_TLS_KEY_FILE);
  if ((cert === undefined) !== (key === undefined))
    throw new BusSettingsError(
      "KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together; one of them is not set",
    );
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function readPem(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new BusSettingsError(`${name} is "${path}", which cannot be read`, { cause: error });
  }
}

function readSasl(settings: BusSettings): KafkaSasl | undefined {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = settings;
  if (mechanism === undefined) return undefined;
  if (username === undefined || password === undefined)
    throw new BusSettingsError(
      "With KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set too",
    );
  if (settings.KAFKA_TLS === "false" && mechanism === "plain")
    throw new BusSettingsError(
      "KAFKA_SASL_MECHANISM plain sends the password as it is; set KAFKA_TLS=true with it",
    );
  return { mechanism, username, password };
}
