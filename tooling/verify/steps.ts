/** What is verified, as data: each step is some commands, what they need, and how their counts are read. */
import { PNPM_VERSION } from "../bootstrap/workspace.mjs";
import type { WorkspacePackage } from "./workspace-packages.ts";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** From the root. */
  readonly folder: string;
}

export interface Step {
  readonly name: string;
  /** Run side by side, as many as there are cores. */
  readonly commands: readonly Command[];
  /** "vitest": as many as its report says; "check": the step as a whole is one. */
  readonly counts: "check" | "vitest";
  readonly needs?: "postgres";
  /** Its tests on Kafka are left out where there is none; the others run. */
  readonly usesKafka?: boolean;
}

/** Everything, cheapest first, so that a slip shows within seconds. */
export function planAll(packages: readonly WorkspacePackage[]): Step[] {
  return [
    check("format", tool("oxfmt", "--check")),
    check("lint", tool("oxlint", "--type-aware")),
    typesStep(packages),
    check("unused code", tool("knip")),
    check("workspace", tool("sherif")),
    check("boundaries", node("tooling/boundaries/main.ts")),
    check("licences", node("tooling/supply-chain/licenses.ts")),
    check("vulnerabilities", node("tooling/supply-chain/audit.ts")),
    check("sbom", node("tooling/supply-chain/sbom.ts", "--check")),
    ...packages.filter(hasTests).toSorted(byCost).map(testStep),
    // `build` of every package before any `check:exports`: one looks into the other's dist.
    check("build", ...scripts(packages, "build")),
    check("exports", ...packages.filter((each) => each.scripts.has("check:exports")).map(checkExports)),
  ].filter((step) => step.commands.length > 0);
}

/** One package: its types and its tests. `testArgs` go to vitest: a file, `-t "a name"`. */
export function planPackage(wanted: WorkspacePackage, testArgs: readonly string[]): Step[] {
  return [
    typesStep([wanted]),
    ...(hasTests(wanted) ? [testStep(wanted)] : []).map((step) => withArgs(step, testArgs)),
  ].filter((step) => step.commands.length > 0);
}

/** The package somebody means by `store`, `@stellwerk/store` or `packages/store`. */
export function findPackage(
  packages: readonly WorkspacePackage[],
  wanted: string,
): WorkspacePackage | undefined {
  const name = wanted.replace(/^@stellwerk\//, "").replace(/\/+$/, "");
  return packages.find((each) => each.name === name || each.folder === name);
}

const hasTests = (each: WorkspacePackage): boolean => each.scripts.has("test");
const needsPostgres = (each: WorkspacePackage): boolean =>
  each.name === "store" || each.ownDependencies.has("store");

/** Pure packages, then those with a database, then whole processes. */
function byCost(a: WorkspacePackage, b: WorkspacePackage): number {
  const cost = (each: WorkspacePackage) =>
    each.folder.startsWith("tests/") ? 2 : needsPostgres(each) ? 1 : 0;
  return cost(a) - cost(b);
}

/**
 * tsc of each package by itself: 17 packages take 27 s on two busy cores where `turbo run typecheck` takes 49, and turbo
 * needs a pnpm on the PATH, which a fresh machine does not have. What tsc remembers of its last run makes the
 * next one seven times faster; it still reports every error.
 */
function typesStep(packages: readonly WorkspacePackage[]): Step {
  const remembering = ["--incremental", "--tsBuildInfoFile", ".cache/types.tsbuildinfo"];
  return withArgs(check("types", ...scripts(packages, "typecheck")), remembering);
}

function testStep(each: WorkspacePackage): Step {
  return {
    name: `test ${each.name}`,
    commands: [script(each, "test")],
    counts: "vitest",
    ...(needsPostgres(each) && { needs: "postgres" as const }),
    ...(each.ownDependencies.has("kafka-broker") && { usesKafka: true }),
  };
}

function withArgs(step: Step, args: readonly string[]): Step {
  return {
    ...step,
    commands: step.commands.map((command) => ({ ...command, args: [...command.args, ...args] })),
  };
}

function check(name: string, ...commands: Command[]): Step {
  return { name, commands, counts: "check" };
}

/** A program of node_modules/.bin. */
function tool(program: string, ...args: string[]): Command {
  return { program, args, folder: "." };
}

function node(...args: string[]): Command {
  return { program: process.execPath, args, folder: "." };
}

function scripts(packages: readonly WorkspacePackage[], name: string): Command[] {
  return packages.filter((each) => each.scripts.has(name)).map((each) => script(each, name));
}

/** What pnpm would publish is looked at, so this one needs a pnpm; the install left it in npx's cache. */
function checkExports(each: WorkspacePackage): Command {
  const args = ["-y", `pnpm@${PNPM_VERSION}`, "run", "check:exports"];
  return { program: "npx", args, folder: each.folder };
}

/** `node --run` is `pnpm run` without a pnpm. */
function script(each: WorkspacePackage, name: string): Command {
  return { program: process.execPath, args: ["--run", name, "--"], folder: each.folder };
}
