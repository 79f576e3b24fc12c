/** Starts `apps/standalone` as `npm start` does: one process and its embedded PostgreSQL. */
import { randomBytes } from "node:crypto";
import { stoppedOnInterrupt } from "../interrupt.ts";
import { makeDataFolder } from "./data-folder.ts";
import { findFreePort, startProgram, waitUntilReady } from "./program.ts";
import { setUpAccount } from "./set-up-account.ts";
import { profileArguments, type System, type SystemOptions } from "./system.ts";
import { watchDatabase, type WatchedDatabase } from "./watched-database.ts";

export async function startStandalone(options: SystemOptions): Promise<System> {
  const folder = makeDataFolder("standalone");
  const apiKey = randomBytes(24).toString("hex");
  const port = await findFreePort();
  const program = startProgram({
    app: "standalone",
    environment: {
      PORT: String(port),
      STELLWERK_DATA_DIR: folder.path,
      STELLWERK_API_KEY: apiKey,
      STELLWERK_ALLOW_ADDRESSES: "127.0.0.0/8",
      ...options.environment,
    },
    label: options.label,
    nodeArguments: profileArguments(options.profileDir, "standalone"),
  });
  let database: WatchedDatabase | undefined;
  const stop = stoppedOnInterrupt(async () => {
    await database?.close();
    await program.stop();
    folder.remove();
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(`${url}/readyz`, program);
    database = await watchDatabase(folder.path);
    return {
      name: "standalone",
      hookUrl: await setUpAccount(url, apiKey, options),
      installation: { apiUrl: url, apiKey, databaseUrl: database.postgres.url },
      processes: [
        { name: "standalone", pid: program.pid },
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
