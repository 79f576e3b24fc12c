/**
 * Records what is published now. Part of a release, after `changeset version` has raised the package's version;
 * refuses to paper over a change that no release has announced.
 */
import { existsSync, writeFileSync } from "node:fs";
import { readChangesets } from "./changesets.ts";
import { compareContracts } from "./compare-contracts.ts";
import { currentContracts } from "./contracts.ts";
import { CHANGESET_FOLDER, LOCK_FILE, packageVersion, readLock } from "./lock.ts";

const version = packageVersion();
const contracts = currentContracts();

if (existsSync(LOCK_FILE)) {
  const lock = readLock();
  const changes = compareContracts(lock.contracts, contracts);
  const isMajor = majorOf(version) > majorOf(lock.version);
  if (changes.length > 0 && version === lock.version) {
    throw new Error(
      `Still ${version}: write a changeset and let \`changeset version\` raise the version first.`,
    );
  }
  if (changes.some(({ impact }) => impact === "breaking") && !isMajor) {
    throw new Error(
      `${lock.version} → ${version} is no major release, but readers would break; see the test of published/lock.ts.`,
    );
  }
}

const changesets = readChangesets(CHANGESET_FOLDER).map(({ name }) => name);
writeFileSync(LOCK_FILE, `${JSON.stringify({ version, changesets, contracts }, null, 2)}\n`);

function majorOf(text: string): number {
  return Number.parseInt(text, 10);
}
