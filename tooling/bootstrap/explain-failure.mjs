/** Why an install failed, in words that say what to do, from what the package manager printed. */
import { PNPM_VERSION } from "./workspace.mjs";

/** The first that matches explains. Order: the cause before what it causes. */
const CAUSES = [
  {
    signs: /ENOSPC|no space left on device|os error 28\b/i,
    explain: () =>
      "The disk is full. Stellwerk's dependencies need about 1 GB, in this folder and in your home directory " +
      "(npm's and pnpm's caches). Free some space and run the same command again; it goes on where it stopped.",
  },
  {
    signs: /ERR_PNPM_OUTDATED_LOCKFILE|lockfile is not up to date|frozen-lockfile/i,
    explain: () =>
      "pnpm-lock.yaml does not fit the package.json files (a change of dependencies without its lockfile). Run\n" +
      `  npx -y pnpm@${PNPM_VERSION} install --no-frozen-lockfile\nand commit pnpm-lock.yaml.`,
  },
  {
    signs:
      /UNABLE_TO_(VERIFY|GET)|SELF_SIGNED|self[- ]signed certificate|CERT_HAS_EXPIRED|invalid peer certificate/i,
    explain: () =>
      "The package registry's certificate is not trusted here, usually because a proxy reads along. Give its root " +
      "certificate in NODE_EXTRA_CA_CERTS (and `cafile` in your .npmrc) and run the same command again.",
  },
  {
    signs:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ERR_PNPM_META_FETCH_FAIL|error sending request|dns error|network (is )?unreachable/i,
    explain: () =>
      "The package registry cannot be reached. Check the network; behind a proxy set HTTPS_PROXY, and for a registry " +
      "of your own `npm config set registry https://…`. Then run the same command again; it goes on where it stopped.",
  },
  {
    signs: /\bE404\b|ERR_PNPM_FETCH_404|404 Not Found/i,
    explain: () =>
      "The package registry does not have a package that Stellwerk needs. If it is a mirror, check that it is complete " +
      "(`npm config get registry`).",
  },
  {
    signs: /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    explain: () =>
      "A file could not be written. This folder and your home directory must be writable for the user who runs this " +
      "(an earlier run with sudo leaves files that belong to root).",
  },
];

/**
 * @param {{ output: string, error?: NodeJS.ErrnoException }} failure what was printed, and why it did not start
 * @returns {string} a sentence or two
 */
export function explainFailure({ output, error }) {
  if (error?.code === "ENOENT") {
    return "npm (its `npx`) was not found. Install Node.js with npm from https://nodejs.org and run this again.";
  }
  const text = error ? `${error.code} ${error.message}\n${output}` : output;
  const cause = CAUSES.find(({ signs }) => signs.test(text));
  return cause ? cause.explain() : "The reason should stand in the lines above.";
}
