/**
 * An empty data directory, and the embedded PostgreSQL that standalone leaves behind in it when it is killed.
 * The server is found by its own pid file, so nothing but what this folder's standalone started is ever ended.
 */
import { chmodSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killProcessTree } from "@stellwerk/store/testing";

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  /** Of the PostgreSQL that runs on it; undefined when none does. */
  postgresPid(): number | undefined;
  /** kill -9 of the server and all its processes. */
  killPostgres(): Promise<void>;
}

export function makeDataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), "stellwerk-e2e-"));
  // As root PostgreSQL runs as another user, who has to pass through.
  chmodSync(path, 0o711);
  /** It may lie elsewhere: the entry is a link then. */
  const cluster = () => realpathSync(join(path, "postgres"));

  function postgresPid(): number | undefined {
    try {
      const pid = Number(readFileSync(join(cluster(), "postmaster.pid"), "utf8").split("\n")[0]);
      // The file outlives a killed server, and its pid may be somebody else's by now.
      return readlinkSync(`/proc/${pid}/cwd`) === cluster() ? pid : undefined;
    } catch {
      return undefined;
    }
  }

  async function killPostgres(): Promise<void> {
    const pid = postgresPid();
    if (pid !== undefined) await killProcessTree(pid);
  }

  return {
    path,
    postgresPid,
    killPostgres,
    async [Symbol.asyncDispose]() {
      await killPostgres();
      for (const each of placesOf(path)) rmSync(each, { recursive: true, force: true });
    },
  };
}

function placesOf(path: string): string[] {
  try {
    return [realpathSync(join(path, "postgres")), path];
  } catch {
    return [path];
  }
}
