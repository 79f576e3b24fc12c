/**
 * Which system user runs the server. PostgreSQL refuses root, so root hands it to another
 * user, and what that user cannot reach has to lie elsewhere.
 */
import { spawnSync } from "node:child_process";
import type { SpawnOptions } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { EmbeddedPostgresUnavailableError } from "../errors.ts";

export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Undefined: the server runs as the user we are. `existing` is where its data may lie already: what
 * one user has begun goes on under the same.
 */
export function pickServerUser(existing: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(existing, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return findUnprivilegedUser(readFileSync("/etc/passwd", "utf8"));
}

export function findUnprivilegedUser(passwd: string): ServerUser {
  const users = passwd.split("\n").map((line) => line.split(":"));
  for (const wanted of ["postgres", "nobody"]) {
    const found = users.find(([name]) => name === wanted);
    if (found) return { name: `user ${wanted}`, uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new EmbeddedPostgresUnavailableError(
    "PostgreSQL must not run as root, and this system has neither a user postgres nor nobody: " +
      "start Stellwerk as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own",
  );
}

/**
 * How a program of PostgreSQL is run: as the user, in a folder that is never closed to it, and without
 * our environment, which holds secrets and may hold `PG…` variables of somebody else's server.
 */
export function spawnAs(user: ServerUser | undefined): SpawnOptions {
  return { ...(user ? { uid: user.uid, gid: user.gid, cwd: "/" } : {}), env: { LC_ALL: "C" } };
}

/** May the user pass through every folder on the way to `path`? Asked of the system, which also knows ACLs. */
export function canReach(path: string, user: ServerUser | undefined): boolean {
  if (!user) return true;
  return spawnSync("/bin/sh", ["-c", 'cd "$0"', path], { ...spawnAs(user), stdio: "ignore" }).status === 0;
}

/** Places outside any home; the first that works is taken. */
const SHARED_PLACES = ["/var/lib/stellwerk", "/var/tmp/stellwerk"];

/**
 * A folder of root that the user can reach. One that somebody else owns or may write to is not
 * taken: programs that root starts lie there.
 */
export function findSharedPlace(user: ServerUser, places: readonly string[] = SHARED_PLACES): string {
  for (const place of places) {
    try {
      mkdirSync(place, { recursive: true });
      const { uid, mode } = lstatSync(place);
      if (uid !== 0 || (mode & 0o022) !== 0 || !lstatSync(place).isDirectory()) continue;
      chmodSync(place, 0o755);
      if (canReach(place, user)) return place;
    } catch {
      // A read-only or missing parent: try the next.
    }
  }
  throw new EmbeddedPostgresUnavailableError(
    `PostgreSQL must not run as root, and its ${user.name} can reach neither this folder nor ${places.join(" or ")}: ` +
      "start Stellwerk as an ordinary user, or set STELLWERK_DATA_DIR to a folder outside root's home",
  );
}
