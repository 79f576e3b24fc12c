/** The PostgreSQL driver for the conformance suite. */
import { openTestDatabase, startTestPostgres } from "@stellwerk/store/testing";
import pg from "pg";
import { pino } from "pino";
import type { EventBus, OutgoingRecord } from "../port.ts";
import type { BreakableBackend, BusBackend, BusDriver, BusSettings } from "./bus-driver.ts";
import type { Topic } from "../topic.ts";
import { createPostgresBus } from "../postgres/postgres-bus.ts";
import { sqlFile } from "../postgres/sql-file.ts";
import { publishParameters } from "../postgres/write-records.ts";

interface PostgresBackend extends BusBackend {
  readonly setup: { readonly url: string };
}

/** @public Imported by name in the process that the suite kills. */
export function openBus(setup: unknown, settings: BusSettings = {}): EventBus {
  const { url } = setup as PostgresBackend["setup"];
  return createPostgresBus({ url, applicationName: "bus test", log: pino({ level: "silent" }), ...settings });
}

const common = {
  module: new URL(import.meta.url),
  shortestSessionMs: 1_500,
};

export const postgresDriver: BusDriver<PostgresBackend> = {
  ...common,
  name: "postgres",
  async start() {
    const database = await openTestDatabase();
    const setup = { url: database.url };
    return {
      setup,
      open: (settings) => openBus(setup, settings),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  },
  holdBeforeCommit,
};

export const breakablePostgresDriver: BusDriver<BreakableBackend> = {
  ...common,
  name: "postgres that breaks",
  async start() {
    const server = await startTestPostgres();
    const setup = { url: server.url };
    return {
      setup,
      open: (settings) => openBus(setup, settings),
      kill: () => server.kill(),
      restart: () => server.restart(),
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  },
};

/** The driver's own statement, in a transaction that stays open. */
async function holdBeforeCommit({ setup }: PostgresBackend, records: readonly OutgoingRecord[]) {
  const client = new pg.Client(setup.url);
  await client.connect();
  const { rows } = await client.query<Topic>("SELECT id, name, partitions FROM bus.topic");
  await client.query("BEGIN");
  const topics = new Map(rows.map((topic) => [topic.name, topic]));
  await client.query({ text: sqlFile("publish").text, values: publishParameters(topics, records) });
  return {
    async commit() {
      await client.query("COMMIT");
      await client.end();
    },
  };
}
