/**
 * Packages as npm lays them out, without asking a registry: ours out of their packed files, other people's as links to
 * what this workspace has installed.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const { version: PNPM_VERSION } = (
  JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    devEngines: { packageManager: { version: string } };
  }
).devEngines.packageManager;
const BINARIES = join(ROOT, "node_modules/.bin");

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

export function run(folder: string, program: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, CI: "1", NO_COLOR: "1", PATH: `${BINARIES}:${process.env["PATH"]}` },
  });
  return { code: status, output: `${stdout}${stderr}` };
}

/** As it would be published. */
export function packOurs(name: string, to: string): string {
  const file = join(to, `${name}.tgz`);
  const { code, output } = run(
    join(ROOT, "packages", name),
    "npx",
    "-y",
    `pnpm@${PNPM_VERSION}`,
    "pack",
    "--out",
    file,
  );
  if (code !== 0) throw new Error(`${name} cannot be packed: ${output}`);
  return file;
}

/** By npm, in the folder of somebody's own package. */
export function packTheirs(folder: string, to: string): string {
  const { code, output } = run(folder, "npm", "pack", "--pack-destination", to);
  const file = readdirSync(to).find(
    (each) => each.startsWith("stellwerk-connector-") && each.endsWith(".tgz"),
  );
  if (code !== 0 || file === undefined) throw new Error(`it cannot be packed: ${output}`);
  return join(to, file);
}

export function install(folder: string, name: string, packed: string): void {
  const home = join(folder, "node_modules", name);
  mkdirSync(home, { recursive: true });
  const { code, output } = run(home, "tar", "-xzf", packed, "--strip-components=1");
  if (code !== 0) throw new Error(output);
}

/** `of`: the package of this workspace that has it. */
export function link(folder: string, name: string, of: string): void {
  const place = join(folder, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(folderOf(name, of), place, "dir");
}

/** A copy of its own, which Node takes for another module than ours. */
export function copy(folder: string, name: string, of: string): void {
  cpSync(folderOf(name, of), join(folder, "node_modules", name), { recursive: true, dereference: true });
}

function folderOf(name: string, of: string): string {
  const found = createRequire(join(ROOT, of, "package.json")).resolve.paths(name) ?? [];
  const home = found.map((each) => join(each, name)).find((each) => readable(each));
  if (home === undefined) throw new Error(`${of} has no ${name}`);
  return home;
}

function readable(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}
