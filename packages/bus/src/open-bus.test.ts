import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import { openTestDatabase } from "@stellwerk/store/testing";
import { pino } from "pino";
import { expect, test } from "vitest";
import { BusSettingsError, BusUnavailableError, openBus } from "./index.ts";
import type { BusSettings, OpenBusOptions } from "./index.ts";

const KAFKA: BusSettings = { STELLWERK_BUS: "kafka", KAFKA_BROKERS: ["127.0.0.1:1"], KAFKA_TLS: "false" };

function open(settings: BusSettings, given: Partial<OpenBusOptions> = {}) {
  const shown: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => shown.push(line) });
  const topics = [{ name: "test.open-bus", partitions: 1, retentionMs: 3_600_000 }];
  const { signal } = new AbortController();
  const options = {
    databaseUrl: "",
    applicationName: "bus test",
    topics,
    log,
    timeoutMs: 0,
    signal,
    ...given,
  };
  const opened = openBus(settings, options);
  return { opened, shown };
}

test.each<[what: string, settings: Partial<BusSettings>, says: RegExp]>([
  ["no brokers", { KAFKA_BROKERS: undefined }, /KAFKA_BROKERS is not set; expected host:port/],
  ["a mechanism without a user", { KAFKA_SASL_MECHANISM: "scram-sha-256" }, /KAFKA_SASL_USERNAME and/],
  [
    "a password in the open",
    { KAFKA_SASL_MECHANISM: "plain", KAFKA_SASL_USERNAME: "a", KAFKA_SASL_PASSWORD: "b" },
    /set KAFKA_TLS=true/,
  ],
  ["a file that is not there", { KAFKA_TLS: "true", KAFKA_TLS_CA_FILE: "/nowhere.pem" }, /"\/nowhere\.pem"/],
  [
    "a certificate without its key",
    { KAFKA_TLS: "true", KAFKA_TLS_CERT_FILE: import.meta.filename },
    /together/,
  ],
])("%s is refused with what to set", async (_what, settings, says) => {
  const { opened } = open({ ...KAFKA, ...settings });
  await expect(opened).rejects.toThrow(BusSettingsError);
  await expect(opened).rejects.toThrow(says);
});

test("a Kafka that is not there yet is waited for, said once", async () => {
  const { opened, shown } = open(KAFKA, { timeoutMs: 3_000 });
  await expect(opened).rejects.toThrow(BusUnavailableError);
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain("waiting for it for up to 3 s");
});

test("who is told to stop while waiting stops", async () => {
  const stop = new AbortController();
  const { opened } = open(KAFKA, { timeoutMs: 60_000, signal: stop.signal });
  stop.abort();
  await expect(opened).rejects.toThrow(BusUnavailableError);
});

test("without a word about Kafka the bus is in the database", async () => {
  await using database = await openTestDatabase();
  const bus = await open({ STELLWERK_BUS: "postgres", KAFKA_TLS: "false" }, { databaseUrl: database.url })
    .opened;
  await expect(bus.ping()).resolves.toBeUndefined();
  await bus.close();
});

test.runIf(process.env[TEST_KAFKA_BROKERS])("kafkajs warns of nothing", async () => {
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(warning.name);
  process.on("warning", onWarning);
  const bus = await open({ ...KAFKA, KAFKA_BROKERS: (process.env[TEST_KAFKA_BROKERS] ?? "").split(",") })
    .opened;
  await bus.publish([{ topic: "test.open-bus", key: "key", value: Buffer.from("1"), headers: {} }]);
  await bus.close();
  process.off("warning", onWarning);
  // TimeoutNegativeWarning, without patches/kafkajs@2.2.4.patch.
  expect(warnings).toEqual([]);
});
