/** Starts api and dispatcher as two services over one PostgreSQL and a bus: how an operator runs them. */
import { randomBytes } from "node:crypto";
import { startKafka } from "@stellwerk/kafka-broker";
import { stoppedOnInterrupt } from "../interrupt.ts";
import { makeDataFolder } from "./data-folder.ts";
import { findFreePort, startProgram, waitUntilReady, type Program } from "./program.ts";
import { setUpAccount } from "./set-up-account.ts";
import { profileArguments, type System, type SystemOptions, type WatchedProcess } from "./system.ts";
import { watchDatabase } from "./watched-database.ts";

interface Bus {
  readonly settings: Readonly<Record<string, string>>;
  /** Its own, beside PostgreSQL's. */
  readonly processes: readonly WatchedProcess[];
  stop(): Promise<void>;
}

export function startSplit(options: SystemOptions): Promise<System> {
  const settings = { STELLWERK_BUS: "postgres" };
  return startServices("split", options, { settings, processes: [], stop: async () => {} });
}

/** One broker, as `pnpm kafka` starts it. */
export async function startKafkaSplit(options: SystemOptions): Promise<System> {
  const kafka = await startKafka();
  return startServices("kafka", options, {
    settings: { STELLWERK_BUS: "kafka", KAFKA_BROKERS: kafka.brokers.join(",") },
    processes: kafka.pids.map((pid) => ({ name: "kafka", pid })),
    stop: () => kafka.stop(),
  });
}

async function startServices(name: string, options: SystemOptions, bus: Bus): Promise<System> {
  const folder = makeDataFolder(name);
  const database = await watchDatabase(folder.path);
  const apiKey = randomBytes(24).toString("hex");
  const port = await findFreePort();
  const shared = {
    DATABASE_URL: database.postgres.url,
    ...bus.settings,
    STELLWERK_API_KEY: apiKey,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_ALLOW_ADDRESSES: "127.0.0.0/8",
  };
  const programs: Program[] = [];
  function start(app: string, environment: Readonly<Record<string, string>>, label = options.label): Program {
    const program = startProgram({
      app,
      environment: { ...shared, ...environment, ...options.environment },
      label,
      nodeArguments: profileArguments(options.profileDir, app),
    });
    programs.push(program);
    return program;
  }
  const processes: WatchedProcess[] = [];
  async function addDispatcher(): Promise<WatchedProcess> {
    const number = programs.length;
    const label = [options.label, String(number)].filter(Boolean).join("-");
    const program = start("dispatcher", {}, label);
    const watched = { name: `dispatcher ${number}`, pid: program.pid };
    processes.push(watched);
    return watched;
  }
  const stop = stoppedOnInterrupt(async () => {
    await database.close();
    await Promise.all(programs.map((program) => program.stop()));
    await database.postgres.stop();
    await bus.stop();
    folder.remove();
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    const api = start("api", { PORT: String(port) });
    await waitUntilReady(`${url}/readyz`, api);
    const dispatcher = start("dispatcher", {});
    const hookUrl = await setUpAccount(url, apiKey, options);
    dispatcher.assertRunning();
    processes.push(
      { name: "api", pid: api.pid },
      { name: "dispatcher", pid: dispatcher.pid },
      { name: "postgres", pid: database.postgres.pid },
      ...bus.processes,
    );
    return {
      name,
      hookUrl,
      installation: { apiUrl: url, apiKey, databaseUrl: database.postgres.url },
      processes,
      addDispatcher,
      countWritingTransactions: database.countWritingTransactions,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
