/** Checks every source file of the workspace against the arrows; part of `npm test`. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWorkspacePackages } from "../verify/workspace-packages.ts";
import { checkBoundaries } from "./check-boundaries.ts";

const root = join(import.meta.dirname, "../..");
const IGNORED = new Set(["node_modules", "dist", "fixtures"]);

const findings = readWorkspacePackages(root).flatMap((home) =>
  globSync("**/*.{ts,tsx,mts}", { cwd: join(root, home.folder), exclude: (name) => IGNORED.has(name) })
    .toSorted()
    .flatMap((path) => {
      const file = `${home.folder}/${path.replaceAll("\\", "/")}`;
      return checkBoundaries(home, file, readFileSync(join(root, file), "utf8"));
    }),
);
for (const { severity, file, line, message } of findings) {
  console.log(`${severity}: ${file}${line === undefined ? "" : `:${line}`}: ${message}`);
}
if (findings.some((each) => each.severity === "error")) process.exitCode = 1;
