/**
 * Where throw-away clusters lie: in memory where there is room, which makes cloning a database
 * ten times faster. What a killed test run left behind is stopped and removed by the next one.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killProcessTree } from "./kill-process-tree.ts";

const PREFIX = "stellwerk-test-";
const MEMORY_FOLDER = "/dev/shm";
/** A cluster of ours grows to a few hundred MB; a container's usual 64 MB would be full at once. */
const ROOM_BYTES = 2 * 2 ** 30;

/** A new folder that carries our pid in its name. The caller removes it. */
export async function makeTestFolder(): Promise<string> {
  const parent = hasRoom(MEMORY_FOLDER) ? MEMORY_FOLDER : tmpdir();
  await removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  // mkdtemp closes it, but as root the server runs as another user.
  chmodSync(folder, 0o711);
  return folder;
}

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(PREFIX))) {
    if (isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const folder = join(parent, name);
    const postmaster = readPid(join(folder, "postgres", "postmaster.pid"));
    try {
      if (postmaster !== undefined && isAlive(postmaster)) await killProcessTree(postmaster);
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another run removes it at this moment, or it belongs to another user.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readPid(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isNaN(pid) ? undefined : pid;
  } catch {
    return undefined;
  }
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM_BYTES;
  } catch {
    return false;
  }
}
