/**
 * `npm run sbom`: what is in a running Stellwerk, as CycloneDX JSON (pnpm writes it from the lockfile). With `--check`
 * nothing is kept: it is only looked at whether every package that an app names is in it.
 */
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkspacePackages } from "../verify/workspace-packages.ts";
import { runPnpm } from "./run-pnpm.ts";

interface Bom {
  readonly bomFormat: string;
  readonly components: readonly {
    readonly name: string;
    readonly group?: string;
    readonly licenses?: unknown[];
  }[];
}

const root = join(import.meta.dirname, "../..");
const onlyCheck = process.argv.includes("--check");
const file = onlyCheck
  ? join(tmpdir(), `stellwerk-sbom-${process.pid}.json`)
  : join(root, "stellwerk.cdx.json");

const made = runPnpm("sbom", "--sbom-format=cyclonedx", "--prod", "--sbom-type=application", `--out=${file}`);
const problems = made.ok ? missingFrom(readBom()) : [`pnpm could not write it: ${made.stderr}`];
for (const problem of problems) console.error(problem);
if (onlyCheck) rmSync(file, { force: true });
else if (problems.length === 0) console.log(`Written to ${file}`);
process.exitCode = problems.length > 0 ? 1 : 0;

function readBom(): Bom {
  return JSON.parse(readFileSync(file, "utf8")) as Bom;
}

function missingFrom({ bomFormat, components }: Bom): string[] {
  const listed = new Set(
    components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`)),
  );
  const missing = [...runtimeDependencies()].filter((name) => !listed.has(name));
  return [
    ...(bomFormat === "CycloneDX" ? [] : [`expected CycloneDX, received ${bomFormat}`]),
    ...missing.map((name) => `${name} is used at run time and not in the list`),
    ...components
      .filter(({ licenses }) => licenses === undefined || licenses.length === 0)
      .map(({ name }) => `${name} has no licence in the list`),
  ];
}

function runtimeDependencies(): Set<string> {
  const names = readWorkspacePackages(root)
    .filter(({ folder }) => folder.startsWith("apps/") || folder.startsWith("packages/"))
    .flatMap(({ folder }) => {
      const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
        dependencies?: Record<string, string>;
      };
      return Object.keys(manifest.dependencies ?? {});
    });
  return new Set(names.filter((name) => !name.startsWith("@stellwerk/")));
}
