/** Starts api and dispatcher as two services over one PostgreSQL: how an operator runs them. */
import { randomBytes } from "node:crypto";
import { stoppedOnInterrupt } from "../interrupt.ts";
import { makeDataFolder } from "./data-folder.ts";
import { findFreePort, startProgram, waitUntilReady, type Program } from "./program.ts";
import { setUpAccount } from "./set-up-account.ts";
import { profileArguments, type System, type SystemOptions } from "./system.ts";
import { watchDatabase } from "./watched-database.ts";

export async function startSplit(options: SystemOptions): Promise<System> {
  const folder = makeDataFolder("split");
  const database = await watchDatabase(folder.path);
  const apiKey = randomBytes(24).toString("hex");
  const port = await findFreePort();
  const shared = {
    DATABASE_URL: database.postgres.url,
    STELLWERK_BUS: "postgres",
    STELLWERK_API_KEY: apiKey,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_ALLOW_ADDRESSES: "127.0.0.0/8",
  };
  const programs: Program[] = [];
  function start(name: string, environment: Readonly<Record<string, string>>): Program {
    const program = startProgram({
      app: name,
      environment: { ...shared, ...environment },
      nodeArguments: profileArguments(options.profileDir, name),
    });
    programs.push(program);
    return program;
  }
  const stop = stoppedOnInterrupt(async () => {
    await database.close();
    await Promise.all(programs.map((program) => program.stop()));
    await database.postgres.stop();
    folder.remove();
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    const api = start("api", { PORT: String(port) });
    await waitUntilReady(`${url}/readyz`, api);
    const dispatcher = start("dispatcher", {});
    const hookUrl = await setUpAccount(url, apiKey, options);
    dispatcher.assertRunning();
    return {
      name: "split",
      hookUrl,
      processes: [
        { name: "api", pid: api.pid },
        { name: "dispatcher", pid: dispatcher.pid },
        { name: "postgres", pid: database.postgres.pid },
      ],
      countWritingTransactions: database.countWritingTransactions,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
