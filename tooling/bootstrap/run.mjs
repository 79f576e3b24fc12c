/**
 * What `npm start`, `npm test` and the like run: makes sure the dependencies and the workspace's own Node 24 are
 * there, then runs the target with them. Plain JavaScript without dependencies, because nothing is installed yet
 * when it runs for the first time, and the machine's own Node may be as old as 18.
 *
 * @example
 * node tooling/bootstrap/run.mjs start
 * node tooling/bootstrap/run.mjs test events
 */
import { isInstalled } from "./install-state.mjs";
import { installDependencies } from "./install.mjs";
import { endLike, runChild } from "./run-child.mjs";
import { root, targetArguments, workspaceEnvironment, workspaceNode } from "./workspace.mjs";

const OLDEST_NODE = 18;

const [target, ...rest] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);

if (major < OLDEST_NODE) {
  fail(`Stellwerk needs Node ${OLDEST_NODE} or newer to start; this is ${process.versions.node}.`);
}
const args = targetArguments(target);
if (args === undefined) {
  fail(`There is no "${target}" to run here.`);
}

if (!isInstalled(root)) {
  const installed = await installDependencies(root);
  if (!installed.ok) {
    if (installed.signal) await endLike(installed);
    fail(installed.message);
  }
}
await endLike(
  await runChild(workspaceNode, [...args, ...rest], { cwd: root, env: workspaceEnvironment(process.env) }),
);

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}
