/** A file system of a few hundred megabytes for PostgreSQL, which can be filled up. Only root may mount one. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const SIZE = "900m";
const CHUNK = Buffer.alloc(4 * 1024 * 1024);

export interface SmallDisk {
  readonly path: string;
  /** Not one byte more can be written. */
  fill(): void;
  free(): void;
}

/** In this folder; or why there is none. */
export function mountSmallDisk(parent: string): SmallDisk | { readonly reason: string } {
  const path = diskIn(parent);
  mkdirSync(path);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", path], {
    encoding: "utf8",
  });
  if (mounted.status !== 0) {
    return {
      reason: `no file system can be mounted here: ${mounted.stderr?.trim() || mounted.error?.message}`,
    };
  }
  chmodSync(path, 0o711);
  const filler = join(path, "filler");
  return {
    path,
    fill() {
      const file = openSync(filler, "w");
      try {
        for (;;) writeSync(file, CHUNK);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
      const { bavail } = statfsSync(path);
      if (bavail > 0) throw new Error(`${bavail} blocks are free on a disk that should be full`);
    },
    free: () => rmSync(filler, { force: true }),
  };
}

/** With what still runs on it, before the folder is removed: also when the run is interrupted. */
export function unmountSmallDisk(parent: string): void {
  const path = diskIn(parent);
  if (!existsSync(path)) return;
  endPostgresOn(path);
  spawnSync("umount", ["-l", path]);
}

function diskIn(parent: string): string {
  return join(parent, "disk");
}

function endPostgresOn(path: string): void {
  const data = join(path, "postgres");
  try {
    const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
    // The file outlives a killed server, and its pid may be somebody else's by now.
    if (readlinkSync(`/proc/${pid}/cwd`) === data) process.kill(pid, "SIGQUIT");
  } catch {
    // It has ended.
  }
}
