import { join } from "node:path";
import { expect, test } from "vitest";
import { summaryLine } from "./report.ts";
import { findPackage, planAll, planPackage } from "./steps.ts";
import { packageGlobs, readWorkspacePackages } from "./workspace-packages.ts";
import type { WorkspacePackage } from "./workspace-packages.ts";

function workspacePackage(parts: Partial<WorkspacePackage> & { name: string }): WorkspacePackage {
  return {
    folder: `packages/${parts.name}`,
    scripts: new Set(["test", "typecheck"]),
    ownDependencies: new Set(),
    ...parts,
  };
}

const events = workspacePackage({
  name: "events",
  scripts: new Set(["test", "typecheck", "build", "check:exports"]),
});
const store = workspacePackage({ name: "store" });
const bus = workspacePackage({ name: "bus", ownDependencies: new Set(["store"]) });
const e2e = workspacePackage({ name: "e2e", folder: "tests/e2e" });

test("what needs a database comes after what needs none, and whole processes come last", () => {
  const names = planAll([e2e, bus, events, store]).map((step) => step.name);
  expect(names.filter((name) => name.startsWith("test "))).toEqual([
    "test events",
    "test bus",
    "test store",
    "test e2e",
  ]);
});

test("only packages that use the store need PostgreSQL", () => {
  const needing = planAll([e2e, bus, events, store]).filter((step) => step.needs === "postgres");
  expect(needing.map((step) => step.name)).toEqual(["test bus", "test store"]);
});

test("licences, known vulnerabilities and the list of what it is made of are steps of their own", () => {
  const names = planAll([events]).map((step) => step.name);
  expect(names).toEqual(expect.arrayContaining(["licences", "vulnerabilities", "sbom"]));
});

test("a package without a script has no command in that step", () => {
  const build = planAll([events, store]).find((step) => step.name === "build");
  expect(build?.commands.map((command) => command.folder)).toEqual(["packages/events"]);
  expect(planAll([store]).some((step) => step.name === "build")).toBe(false);
});

test("one package is its types and its tests, and arguments go to the tests", () => {
  const [types, tests] = planPackage(store, ["claims", "-t", "a name"]);
  expect(types?.commands[0]?.args.slice(0, 3)).toEqual(["--run", "typecheck", "--"]);
  expect(tests?.commands[0]?.args).toEqual(["--run", "test", "--", "claims", "-t", "a name"]);
});

test.each(["store", "@stellwerk/store", "packages/store", "packages/store/"])("%s is found", (wanted) => {
  expect(findPackage([events, store], wanted)).toBe(store);
});

test("a name that is only the beginning of a package's is not found", () => {
  expect(findPackage([events, store], "stor")).toBeUndefined();
});

test("the folders are read from pnpm-workspace.yaml", () => {
  expect(packageGlobs('packages:\n  - apps/*\n  - "packages/*"\n\ncatalog:\n  - no\n')).toEqual([
    "apps/*",
    "packages/*",
  ]);
  expect(() => packageGlobs("catalog: {}\n")).toThrow("expected `packages:`");
});

test("this workspace's own packages are found with what they depend on", () => {
  const tooling = readWorkspacePackages(join(import.meta.dirname, "../..")).find(
    (each) => each.name === "tooling",
  );
  expect(tooling).toMatchObject({ folder: "tooling" });
  expect(tooling?.ownDependencies).toContain("store");
});

test("the last line sums passed and failed over all steps", () => {
  const counts = [
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 40, failed: 2, skipped: 7 },
  ];
  expect(summaryLine(counts)).toBe("41 passed, 2 failed");
});

test("tests on Kafka do not keep the others of a package from running", () => {
  const both = workspacePackage({ name: "bus", ownDependencies: new Set(["store", "kafka-broker"]) });
  expect(planPackage(both, [])[1]).toMatchObject({ needs: "postgres", usesKafka: true });
});
