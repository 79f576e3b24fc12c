/** The packages of this workspace, as pnpm-workspace.yaml lists their folders. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface WorkspacePackage {
  /** Without our scope: "store". */
  readonly name: string;
  /** From the root: "packages/store". */
  readonly folder: string;
  readonly scripts: ReadonlySet<string>;
  /** Our own packages it depends on, for use or for tests. */
  readonly ownDependencies: ReadonlySet<string>;
}

interface Manifest {
  readonly name: string;
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
}

const SCOPE = "@stellwerk/";

export function readWorkspacePackages(root: string): WorkspacePackage[] {
  return packageGlobs(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8"))
    .flatMap((glob) => globSync(glob, { cwd: root }).toSorted())
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => describePackage(root, folder.replaceAll("\\", "/")));
}

/** The entries under `packages:`; the one thing we read from that file, too little for a YAML parser. */
export function packageGlobs(yaml: string): string[] {
  const list = /^packages:\n((?:[ \t]+- .+\n)+)/m.exec(yaml)?.[1];
  if (list === undefined)
    throw new Error("pnpm-workspace.yaml: expected `packages:` with a list of folders under it");
  return [...list.matchAll(/- ["']?([^"'\s]+)["']?/g)].flatMap((match) => match[1] ?? []);
}

function describePackage(root: string, folder: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  return {
    name: manifest.name.replace(SCOPE, ""),
    folder,
    scripts: new Set(Object.keys(manifest.scripts ?? {})),
    ownDependencies: new Set(
      dependencies.filter((name) => name.startsWith(SCOPE)).map((name) => name.slice(SCOPE.length)),
    ),
  };
}
