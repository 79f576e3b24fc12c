/** Where things are in this workspace, and what each command of the root's package.json runs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The one pnpm everybody installs with (docs/decisions/0001). */
export const PNPM_VERSION = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devEngines
  .packageManager.version;

const NO_TELEMETRY = { DO_NOT_TRACK: "1", TURBO_TELEMETRY_DISABLED: "1" };

const binaries = join(root, "node_modules", ".bin");

/** The real program, not its shim in node_modules/.bin: a shim would be one more process between signal and target. */
export const workspaceNode = join(
  root,
  "node_modules/node/bin",
  process.platform === "win32" ? "node.exe" : "node",
);

/** The arguments for node behind each command, or `undefined` for a command that does not exist. */
export function targetArguments(target) {
  switch (target) {
    case "start":
      return ["apps/standalone/src/main.ts"];
    case "dev":
      return ["--watch", "--watch-preserve-output", ...watchPaths(), "apps/standalone/src/main.ts"];
    case "test":
      return ["tooling/verify/main.ts"];
    case "dead":
      return ["apps/dispatcher/src/dead-topic/main.ts"];
    case "secrets":
      return ["apps/api/src/secrets/main.ts"];
    case "bench":
      return ["bench/src/main.ts"];
    case "simulate":
      return ["bench/src/simulate/main.ts"];
    case "check-history":
      return ["packages/history/src/main.ts"];
    case "gen":
      return ["tooling/generate/main.ts"];
    case "connector":
      return ["tooling/connector/main.ts"];
    case "kafka":
      return ["tooling/kafka/src/main.ts"];
    case "faults":
      return ["tests/faults/src/main.ts"];
    case "sbom":
      return ["tooling/supply-chain/sbom.ts"];
    case "typecheck":
    case "build":
      return ["node_modules/turbo/bin/turbo", "run", target];
    default:
      return undefined;
  }
}

/** Every source folder, named one by one: watching whole packages would follow their node_modules as well. */
function watchPaths() {
  return ["apps", "packages"].flatMap((group) =>
    readdirSync(join(root, group))
      .map((name) => `${group}/${name}/src`)
      .filter((path) => existsSync(join(root, path)))
      .map((path) => `--watch-path=${path}`),
  );
}

/** The environment with this workspace's programs in front of the machine's; none of them reports to its maker. */
export function workspaceEnvironment(env) {
  return { ...env, ...NO_TELEMETRY, PATH: [binaries, withoutWorkspace(env)].join(delimiter) };
}

/** The environment without this workspace's programs: an install must not run on the Node it is replacing. */
export function machineEnvironment(env) {
  return { ...env, PATH: withoutWorkspace(env) };
}

/** npm and pnpm put node_modules/.bin in front of PATH before they run a script. */
function withoutWorkspace(env) {
  const path = env.PATH ?? env.Path ?? "";
  return path
    .split(delimiter)
    .filter((folder) => resolve(folder) !== binaries)
    .join(delimiter);
}
