/**
 * The data on disk: `<data directory>/postgres`, made by initdb on the first start.
 * It is a link when the server's user cannot reach the data directory itself.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Logger } from "pino";
import { makeDataDirectory } from "../data-directory.ts";
import { DataFromOtherPostgresError, EmbeddedPostgresUnavailableError } from "../errors.ts";
import type { Binaries } from "./binaries.ts";
import { runProgram } from "./run-program.ts";
import { canReach, findSharedPlace } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

export interface Cluster {
  /** PGDATA, free of links. */
  readonly path: string;
  readonly user: ServerUser | undefined;
  readonly password: string;
}

export interface ClusterOptions {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly log: Pick<Logger, "info">;
  /** Tests: do not wait for the disk. */
  readonly noSync: boolean;
  readonly sharedPlaces: readonly string[] | undefined;
}

const PASSWORD_FILE = "stellwerk-password";
/** initdb takes seconds; what is older was cut off. */
const STALE_STAGING_MS = 10 * 60_000;

/** Opens the cluster of this data directory, or makes it. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir } = options;
  makeDataDirectory(dataDir);
  const entry = join(realpathSync(dataDir), "postgres");
  if (!entryExists(entry)) await createCluster(entry, options);
  return readCluster(entry, options);
}

function readCluster(entry: string, { binaries, user }: ClusterOptions): Cluster {
  if (!existsSync(entry)) {
    throw new EmbeddedPostgresUnavailableError(
      `${entry} points to data that is gone: bring it back, or remove the link to start with an empty database`,
    );
  }
  const path = realpathSync(entry);
  try {
    const found = readFileSync(join(path, "PG_VERSION"), "utf8").trim();
    if (found !== binaries.major) throw new DataFromOtherPostgresError(path, found, binaries.major);
    const password = readFileSync(join(path, PASSWORD_FILE), "utf8").trim();
    if (!canReach(path, user)) throw unreachable(path, user);
    return { path, user, password };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "EACCES") {
      throw new EmbeddedPostgresUnavailableError(
        `${path} belongs to another user: start Stellwerk as the user who started it first (root, perhaps), or choose another STELLWERK_DATA_DIR`,
        { cause },
      );
    }
    if (code === "ENOENT") {
      throw new EmbeddedPostgresUnavailableError(
        `${path} is not a database that Stellwerk made (${(cause as NodeJS.ErrnoException).path} is missing): ` +
          "restore it, or choose another STELLWERK_DATA_DIR",
        { cause },
      );
    }
    throw cause;
  }
}

/**
 * Made beside its place and renamed when complete: a process that is killed in the middle leaves
 * nothing half-made, and of two that do it at once the first one wins and the other's is dropped.
 */
async function createCluster(entry: string, options: ClusterOptions): Promise<void> {
  const { user, log } = options;
  const near = canReach(dirname(entry), user);
  const base = near || !user ? entry : placeElsewhere(entry, findSharedPlace(user, options.sharedPlaces));
  // Random there, because data of an earlier life of this path may still lie there and must not be taken for ours.
  const target = near ? base : `${base}-${randomBytes(3).toString("hex")}`;
  if (target !== entry) {
    log.info(
      `PostgreSQL must not run as root and ${user?.name} cannot reach ${dirname(entry)}: its data goes to ${target}`,
    );
  }
  removeStaleStaging(base);
  const staging = `${base}.new-${randomBytes(4).toString("hex")}`;
  try {
    log.info("First start: creating the database (a few seconds)");
    await initdb(staging, options);
    renameSync(staging, target);
    if (target !== entry) symlinkSync(target, entry);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    if (!entryExists(entry)) throw error;
    if (target !== entry) rmSync(target, { recursive: true, force: true });
  }
}

async function initdb(path: string, { binaries, user, noSync }: ClusterOptions): Promise<void> {
  const passwordFile = `${path}.password`;
  try {
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    for (const made of user ? [path, passwordFile] : []) chownSync(made, user?.uid ?? -1, user?.gid ?? -1);
    const args = [
      `--pgdata=${path}`,
      "--username=stellwerk",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      // The builtin provider sorts by code point: the same on every machine, so indexes survive a move.
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--locale=C",
    ];
    const { code, output } = await runProgram(
      binaries,
      "initdb",
      noSync ? [...args, "--no-sync"] : args,
      user,
    );
    if (code !== 0)
      throw new EmbeddedPostgresUnavailableError(`The database could not be created in ${path}: ${output}`);
    // Inside, so that data and password are never apart.
    renameSync(passwordFile, join(path, PASSWORD_FILE));
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function placeElsewhere(entry: string, place: string): string {
  return join(place, `data-${createHash("sha256").update(entry).digest("hex").slice(0, 12)}`);
}

function removeStaleStaging(base: string): void {
  const folder = dirname(base);
  const started = `${basename(base)}.new-`;
  for (const name of readdirSync(folder).filter((each) => each.startsWith(started))) {
    const path = join(folder, name);
    const madeAt = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - madeAt > STALE_STAGING_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** A dangling link counts: it says where data was, and must not be written over. */
function entryExists(entry: string): boolean {
  return lstatSync(entry, { throwIfNoEntry: false }) !== undefined;
}

function unreachable(path: string, user: ServerUser | undefined): EmbeddedPostgresUnavailableError {
  return new EmbeddedPostgresUnavailableError(
    `PostgreSQL must not run as root and ${user?.name} can no longer reach its data in ${path}: ` +
      `make every folder above it passable (chmod o+x), or start Stellwerk as an ordinary user`,
  );
}
