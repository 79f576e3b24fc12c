/** `pnpm connector try <connector> <action>`: one sample of a connector of this repository, within two seconds. */
import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { findConnector, runTryCommand, TRY_HELP } from "@stellwerk/connector-kit/try";
import { root } from "../bootstrap/workspace.mjs";

/** The folder of each package with a connector, by its id. */
const folders = new Map(
  globSync("packages/connector-*/src/index.ts", { cwd: root })
    .map((path) => dirname(dirname(path)))
    .map((folder) => [folder.slice("packages/connector-".length), join(root, folder)] as const)
    .filter(([id]) => id !== "kit"),
);

const [command, ...args] = process.argv.slice(2);
if (command === "try") {
  process.exitCode = await runTryCommand({
    args,
    names: [...folders.keys()].toSorted(),
    load: (id) => findConnector(folders.get(id) ?? ""),
    write: (text) => void process.stdout.write(text),
    hasColours: process.stdout.isTTY,
  });
} else {
  process.stdout.write(`pnpm ${TRY_HELP}`);
  process.exitCode = command === undefined ? 0 : 2;
}
