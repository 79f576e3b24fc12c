/**
 * The lock: what is published, as a committed file. Between two releases it stays as it is, and every difference from
 * it needs a changeset; a release records it anew (`pnpm --filter @stellwerk/events record:published`).
 */
import { readFileSync } from "node:fs";
import type { Bump, Changeset } from "./changesets.ts";
import { compareContracts } from "./compare-contracts.ts";
import type { Contracts } from "./contracts.ts";

export interface Lock {
  /** The package's version when this was recorded. */
  readonly version: string;
  /** Pending then: they tell of what is recorded here, and so of no later change. */
  readonly changesets: readonly string[];
  readonly contracts: Contracts;
}

export const LOCK_FILE = new URL("lock.json", import.meta.url);
const PACKAGE_FILE = new URL("../package.json", import.meta.url);
export const CHANGESET_FOLDER = new URL("../../../.changeset/", import.meta.url);

export function readLock(): Lock {
  return JSON.parse(readFileSync(LOCK_FILE, "utf8")) as Lock;
}

export function packageVersion(): string {
  return (JSON.parse(readFileSync(PACKAGE_FILE, "utf8")) as { version: string }).version;
}

export interface Situation {
  readonly lock: Lock;
  readonly current: Contracts;
  readonly version: string;
  readonly changesets: readonly Changeset[];
}

/** What has to be done before this may be merged; empty when all is well. */
export function problemsWith({ lock, current, version, changesets }: Situation): string[] {
  if (version !== lock.version) {
    return [
      `The package is ${version} but the lock is of ${lock.version}: run \`pnpm --filter @stellwerk/events record:published\`.`,
    ];
  }
  const changes = compareContracts(lock.contracts, current);
  if (changes.length === 0) return [];

  const broken = changes.filter((change) => change.impact === "breaking");
  const fresh = changesets.filter(({ name }) => !lock.changesets.includes(name)).map(({ bump }) => bump);
  const needed: Bump = broken.length > 0 ? "major" : "minor";
  const problems: string[] = [];
  if (!(needed === "major" ? fresh.includes("major") : fresh.some((bump) => bump !== "patch"))) {
    const list = changes.map(({ impact, what }) => `  ${impact}: ${what}`).join("\n");
    problems.push(
      `What is published changed:\n${list}\nExpected a new .changeset/*.md with "@stellwerk/events": ${needed}, found ${fresh.join(", ") || "none"}.`,
    );
  }
  return [...problems, ...unversioned(lock.contracts, current)];
}

/** `ce_dataschema` names a version: after a breaking change, the old name would mean two things. */
function unversioned(published: Contracts, current: Contracts): string[] {
  return Object.entries(current.types).flatMap(([name, type]) => {
    const before = published.types[name];
    if (before === undefined || before.version !== type.version) return [];
    // Samples are no part of what a schema's id stands for.
    const alone = (contract: typeof type): Contracts => ({
      ...published,
      types: { [name]: { ...contract, samples: {} } },
    });
    const isBroken = compareContracts(alone(before), alone(type)).some(({ impact }) => impact === "breaking");
    return isBroken
      ? [`The schema of ${name} breaks its readers: expected its version to rise above ${type.version}.`]
      : [];
  });
}
