/**
 * One install at a time: two `npm start` in two terminals would otherwise write into the same node_modules.
 * A file beside node_modules (pnpm may empty that folder) says who is installing.
 */
import { mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

/** No install takes this long; past it the holder is gone, whatever its pid says (pids are used again). */
const ABANDONED_MS = 15 * 60_000;
/** Removing an abandoned lock takes milliseconds. */
const STUCK_REMOVAL_MS = 60_000;

/**
 * Takes the lock, or returns `undefined` when a living process holds it.
 *
 * @param {string} root
 * @returns {{ addHolder(pid: number | undefined): void, release(): void } | undefined}
 */
export function tryLock(root) {
  const file = join(root, ".cache", "install.lock");
  mkdirSync(join(root, ".cache"), { recursive: true });
  removeIfAbandoned(file);
  const holder = { host: hostname(), pids: [process.pid] };
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: "wx" });
  } catch (error) {
    if (error.code === "EEXIST") return undefined;
    throw error;
  }
  return {
    // The package manager goes on when we are killed hard: it holds the lock, too.
    addHolder(pid) {
      if (pid !== undefined) writeFileSync(file, JSON.stringify({ ...holder, pids: [...holder.pids, pid] }));
    },
    release: () => rmSync(file, { force: true }),
  };
}

/**
 * Only who can make the folder may remove: two waiters that both see a dead holder would otherwise
 * remove each other's fresh lock.
 */
function removeIfAbandoned(file) {
  if (!isAbandoned(file)) return;
  const removing = `${file}.removing`;
  try {
    mkdirSync(removing);
  } catch {
    if (ageMs(removing) > STUCK_REMOVAL_MS) rmdirSync(removing);
    return;
  }
  try {
    if (isAbandoned(file)) rmSync(file, { force: true });
  } finally {
    rmdirSync(removing);
  }
}

function isAbandoned(file) {
  const age = ageMs(file);
  if (age === undefined) return false;
  if (age > ABANDONED_MS) return true;
  let holder;
  try {
    holder = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return false; // just being written, or just removed
  }
  // Another machine's pids (a shared folder, a container) mean nothing here: only its age counts.
  return holder.host === hostname() && !holder.pids.some(isAlive);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}
