/** A file system of a few hundred megabytes for PostgreSQL, which can be filled up. Only root may mount one. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statfsSync, writeSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";

const SIZE = "900m";
const CHUNK = Buffer.alloc(4 * 1024 * 1024);

export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Not one byte more can be written. */
  fill(): void;
  free(): void;
}

/** Or why there is none. */
export function mountSmallDisk(parent: string): SmallDisk | { readonly reason: string } {
  const path = join(parent, "disk");
  mkdirSync(path);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", path], {
    encoding: "utf8",
  });
  if (mounted.status !== 0) {
    return {
      reason: `no file system can be mounted here: ${mounted.stderr?.trim() || mounted.error?.message}`,
    };
  }
  const unmount = () => spawnSync("umount", ["-l", path]);
  process.once("exit", unmount);
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
    [Symbol.dispose]() {
      process.off("exit", unmount);
      unmount();
    },
  };
}
