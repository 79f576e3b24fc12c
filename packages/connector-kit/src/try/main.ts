#!/usr/bin/env node
/** `stellwerk-connector try . <action>`, in the folder of a package of one's own. */
import { resolve } from "node:path";
import { findConnector, runTryCommand, TRY_HELP } from "./index.ts";

const [command, folder = ".", ...args] = process.argv.slice(2);
if (command === "try") {
  process.exitCode = await runTryCommand({
    args: [folder, ...args],
    names: [folder],
    load: (name) => findConnector(resolve(name)),
    write: (text) => void process.stdout.write(text),
    hasColours: process.stdout.isTTY,
  });
} else {
  process.stdout.write(TRY_HELP.replaceAll("connector try <connector>", "stellwerk-connector try <folder>"));
  process.exitCode = command === undefined ? 0 : 2;
}
