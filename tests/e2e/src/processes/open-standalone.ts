/** Standalone on an empty data directory, ready, with a client for its API. */
import { ApiClient } from "../api-client.ts";
import { AppProcess } from "./app-process.ts";
import { makeDataFolder, type DataFolder } from "./data-folder.ts";
import { findFreePort } from "./free-port.ts";

/** The first start makes a database, which takes seconds on a slow disk. */
const FIRST_START_WITHIN_MS = 60_000;
const ADMIN_KEY = "e2e-admin-key-that-nobody-else-has";

export interface Standalone extends AsyncDisposable {
  readonly api: ApiClient;
  readonly adminKey: string;
  readonly baseUrl: string;
  readonly folder: DataFolder;
  readonly process: AppProcess;
  /** Starts it again on the same data and port; the one before must have ended. */
  restart(): Promise<void>;
}

export async function openStandalone(env: Readonly<Record<string, string>> = {}): Promise<Standalone> {
  const folder = makeDataFolder();
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const start = () =>
    new AppProcess({
      app: "standalone",
      env: { PORT: String(port), STELLWERK_DATA_DIR: folder.path, STELLWERK_API_KEY: ADMIN_KEY, ...env },
    });
  let process = start();
  const dispose = async () => {
    await process.kill();
    await folder[Symbol.asyncDispose]();
  };
  try {
    await process.isReady(baseUrl, FIRST_START_WITHIN_MS);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    api: new ApiClient(baseUrl, ADMIN_KEY),
    adminKey: ADMIN_KEY,
    baseUrl,
    folder,
    get process() {
      return process;
    },
    async restart() {
      process = start();
      await process.isReady(baseUrl, FIRST_START_WITHIN_MS);
    },
    [Symbol.asyncDispose]: dispose,
  };
}
