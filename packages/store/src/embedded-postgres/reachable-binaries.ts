/** PostgreSQL's programs in a place from which the server's user can run them. */
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Binaries } from "./binaries.ts";
import { canReach, findSharedPlace } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

/** Copies them when they lie under a closed folder such as root's home; the copy is kept for the next start. */
export function makeBinariesReachable(
  binaries: Binaries,
  user: ServerUser | undefined,
  log: Pick<Logger, "info">,
  sharedPlaces: readonly string[] | undefined,
): Binaries {
  if (!user || canReach(binaries.root, user)) return binaries;
  const place = findSharedPlace(user, sharedPlaces);
  const copy = join(place, `postgresql-${binaries.version}`);
  if (!existsSync(copy)) {
    log.info(
      `PostgreSQL must not run as root and ${user.name} cannot read ${binaries.root}: copying its programs to ${copy}`,
    );
    // Renamed when complete, so that a copy that was cut off is never run.
    const staging = mkdtempSync(`${copy}.new-`);
    try {
      cpSync(binaries.root, join(staging, "native"), { recursive: true, verbatimSymlinks: true });
      renameSync(join(staging, "native"), copy);
    } catch (error) {
      if (!existsSync(copy)) throw error;
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  }
  return { ...binaries, root: copy };
}
