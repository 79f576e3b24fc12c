/**
 * An empty data directory, and the embedded PostgreSQL that standalone leaves behind in it when it is killed.
 * The server is found by its own pid file, so nothing but what this folder's standalone started is ever ended.
 */
import { chmodSync, lstatSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { killProcessTree } from "@stellwerk/store/testing";
import { makeTemporaryFolder } from "../temporary-folder.ts";

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  /** Of the PostgreSQL that runs on it; undefined when none does. */
  postgresPid(): number | undefined;
  /** kill -9 of the server and all its processes. */
  killPostgres(): Promise<void>;
}

export function makeDataFolder(): DataFolder {
  const folder = makeTemporaryFolder("data", (path) => {
    const pid = postgresPidIn(path);
    if (pid !== undefined) process.kill(pid, "SIGKILL");
    removeLinkedData(path);
  });
  const { path } = folder;
  // As root PostgreSQL runs as another user, who has to pass through.
  chmodSync(path, 0o711);
  const killPostgres = async () => {
    const pid = postgresPidIn(path);
    if (pid !== undefined) await killProcessTree(pid);
  };
  return {
    path,
    postgresPid: () => postgresPidIn(path),
    killPostgres,
    async [Symbol.asyncDispose]() {
      await killPostgres();
      folder[Symbol.dispose]();
    },
  };
}

function postgresPidIn(path: string): number | undefined {
  try {
    const cluster = realpathSync(join(path, "postgres"));
    const pid = Number(readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n")[0]);
    // The file outlives a killed server, and its pid may be somebody else's by now.
    const isOurs =
      process.platform === "linux" ? readlinkSync(`/proc/${pid}/cwd`) === cluster : process.kill(pid, 0);
    return isOurs ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Where the server's user cannot reach the folder, its entry is a link to data that lies elsewhere. */
function removeLinkedData(path: string): void {
  const entry = join(path, "postgres");
  if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  rmSync(readlinkSync(entry), { recursive: true, force: true });
}
