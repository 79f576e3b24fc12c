/** Installs the workspace's dependencies with the pinned pnpm, shows how far it is, and explains a failure. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { explainFailure } from "./explain-failure.mjs";
import { tryLock } from "./install-lock.mjs";
import { startProgress } from "./install-progress.mjs";
import { isInstalled, markInstalled } from "./install-state.mjs";
import { runChild } from "./run-child.mjs";
import { machineEnvironment, PNPM_VERSION, workspaceNode } from "./workspace.mjs";

const LOCK_POLL_MS = 300;
/** npm would try for over a minute before it says that there is no network. */
const SOON_OFFLINE = { npm_config_fetch_retry_mintimeout: "2000", npm_config_fetch_retry_maxtimeout: "8000" };
const LINES_SHOWN_ON_FAILURE = 25;

/**
 * @param {string} root
 * @returns {Promise<{ ok: true } | { ok: false, message: string, signal?: NodeJS.Signals | null }>}
 */
export async function installDependencies(root) {
  let lock = openLock(root);
  if (lock.ok && !lock.held) console.log("Another command is installing the dependencies; waiting for it.");
  while (lock.ok && !lock.held) {
    await sleep(LOCK_POLL_MS);
    if (isInstalled(root)) return { ok: true };
    lock = openLock(root);
  }
  if (!lock.ok) return lock;
  try {
    // Whoever held the lock before us may just have done it.
    return isInstalled(root) ? { ok: true } : await install(root, lock.held);
  } finally {
    lock.held.release();
  }
}

function openLock(root) {
  try {
    return { ok: true, held: tryLock(root) };
  } catch (error) {
    return { ok: false, message: explainFailure({ output: "", error }) };
  }
}

async function install(root, lock) {
  const progress = startProgress(
    existsSync(join(root, "node_modules"))
      ? "Bringing the dependencies up to date"
      : "Installing the dependencies and Node 24 (once; about 1 GB with the caches)",
  );
  const result = await runChild("npx", ["-y", `pnpm@${PNPM_VERSION}`, "install", "--frozen-lockfile"], {
    cwd: root,
    // CI: pnpm must not ask questions (it may want to empty a node_modules that another tool made).
    env: { ...SOON_OFFLINE, ...machineEnvironment(process.env), CI: "true" },
    shell: process.platform === "win32", // npx is a .cmd there
    stdio: ["ignore", "pipe", "pipe"],
    onSpawn(child) {
      lock.addHolder(child.pid);
      child.stdout?.on("data", (chunk) => progress.read(chunk));
      child.stderr?.on("data", (chunk) => progress.read(chunk));
    },
  });
  const output = progress.stop(result.code === 0 ? "Installed" : "Stopped");
  if (result.signal)
    return { ok: false, signal: result.signal, message: "The installation was interrupted." };
  if (result.code !== 0) {
    const shown = output.split("\n").slice(-LINES_SHOWN_ON_FAILURE).join("\n");
    const why = explainFailure({ output, error: result.error });
    return { ok: false, message: `${shown}\n\nThe dependencies could not be installed. ${why}` };
  }
  return checkNode(root);
}

/** A Node that cannot run here is found now, not as a riddle in the next step. */
function checkNode(root) {
  const { status, error } = spawnSync(workspaceNode, ["--version"], { stdio: "ignore" });
  if (status !== 0) {
    return {
      ok: false,
      message:
        `The workspace's own Node (${workspaceNode}) does not start here${error ? ` (${error.code})` : ""}. ` +
        "It needs a glibc-based Linux, macOS or Windows; on Alpine use the Debian-based image.",
    };
  }
  // Written by the postinstall already, unless pnpm found nothing to do.
  markInstalled(root);
  return { ok: true };
}
