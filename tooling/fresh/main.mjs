/**
 * `pnpm fresh`: what a stranger gets. Clones what is committed into an empty folder, with an empty home directory
 * and only the machine's own Node and npm, and times the first and the second run.
 *
 * @example
 * pnpm fresh          # npm start until it is ready, stopped with Ctrl-C, twice
 * pnpm fresh test     # npm test, once
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { machineEnvironment, root } from "../bootstrap/workspace.mjs";

const READY_WITHIN_MS = 10 * 60_000;

const folder = mkdtempSync(join(tmpdir(), "stellwerk-fresh-"));
// A database that runs as another user must be able to pass through.
chmodSync(folder, 0o755);
const clone = join(folder, "stellwerk");
const home = join(folder, "home");
try {
  mkdirSync(home);
  const cloned = spawnSync("git", ["clone", "--quiet", "--no-local", root, clone], { stdio: "inherit" });
  if (cloned.status !== 0) throw new Error("the workspace could not be cloned");
  const { stdout: version } = spawnSync("node", ["--version"], { env: environment(), encoding: "utf8" });
  console.log(`Fresh clone with an empty home, the machine's Node ${version.trim()}`);
  process.exitCode = process.argv[2] === "test" ? await runTests() : await startTwice();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runTests() {
  const startedAt = Date.now();
  const code = await ended(run("test"));
  console.log(`npm test: ${seconds(startedAt)}, exit code ${code}`);
  return code;
}

async function startTwice() {
  for (const which of ["first", "second"]) {
    const port = await freePort();
    const startedAt = Date.now();
    const child = run("start", { PORT: String(port) });
    const stopAsking = new AbortController();
    const end = ended(child).finally(() => stopAsking.abort());
    const ready = await untilReady(port, stopAsking.signal);
    console.log(
      ready ? `${which} npm start: ready after ${seconds(startedAt)}` : `${which} npm start: not ready`,
    );
    const stoppedAt = Date.now();
    child.kill("SIGINT");
    const code = await end;
    console.log(`${which} npm start: ended ${seconds(stoppedAt)} after SIGINT with exit code ${code}`);
    if (!ready || code !== 0) return 1;
  }
  return 0;
}

function run(script, settings) {
  return spawn("npm", [script], {
    cwd: clone,
    env: { ...environment(), ...settings },
    stdio: "inherit",
    shell: process.platform === "win32",
  });
}

/** Without our home and what npm or pnpm told this process about this workspace; certificates, proxies, mirrors stay. */
function environment() {
  const ours = /^(npm_(lifecycle|package|config_(user_agent|local_prefix|prefix))|PNPM_|XDG_|INIT_CWD)/;
  const kept = Object.entries(machineEnvironment(process.env)).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), HOME: home };
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
}

/** @param {AbortSignal} over no use in asking any longer */
async function untilReady(port, over) {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline && !over.aborted) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(50);
  }
  return false;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function seconds(since) {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}
