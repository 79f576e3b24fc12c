/**
 * Runs a program as if it had been started directly: signals go to it, its end becomes our end.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const onWindows = process.platform === "win32";

/** The signal we get → the one we pass on. A closed terminal (SIGHUP) shall drain like any other stop. */
const PASSED_ON = { SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGTERM" };

/**
 * npm hands a Ctrl-C on although the terminal has sent it to us already. Two of a kind within this time are one;
 * without it the program would take the second for "now, without draining".
 */
const SAME_SIGNAL_MS = 500;

/**
 * Runs `command` to its end and says how it ended; `error` is set when it could not be started.
 *
 * It gets a process group of its own, so that Ctrl-C in a terminal reaches it through us, once, and so that
 * what it leaves behind can be ended with it. (Windows has no groups: there the console tells every process.)
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean, stdio?: import("node:child_process").StdioOptions,
 *   onSpawn?: (child: import("node:child_process").ChildProcess) => void }} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, error?: NodeJS.ErrnoException }>}
 */
export function runChild(command, args, { cwd, env, shell = false, stdio = "inherit", onSpawn }) {
  return new Promise((done) => {
    const stopPassingOn = passOnSignals((signal) => child.kill(signal));
    const child = spawn(command, args, { cwd, env, shell, stdio, detached: !onWindows });
    child.once("error", (error) => {
      stopPassingOn();
      done({ code: null, signal: null, error });
    });
    child.once("exit", () => endGroup(child.pid));
    child.once("close", (code, signal) => {
      stopPassingOn();
      done({ code, signal });
    });
    onSpawn?.(child);
  });
}

/** Ends this process the way the child ended: the same code, or the same signal. */
export async function endLike({ code, signal, error }) {
  if (error) {
    console.error(error.message);
    process.exit(1);
  }
  if (signal) {
    process.kill(process.pid, signal);
    // A signal that does not end us (SIGHUP under nohup): say it with the code shells use.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    process.exit(128 + constants.signals[signal]);
  }
  process.exit(code ?? 1);
}

function passOnSignals(send) {
  const last = new Map();
  const listeners = Object.entries(PASSED_ON).map(([signal, passed]) => {
    const listener = () => {
      const now = Date.now();
      if (now - (last.get(passed) ?? -Infinity) < SAME_SIGNAL_MS) return;
      last.set(passed, now);
      if (!onWindows) send(passed);
    };
    process.on(signal, listener);
    return [signal, listener];
  });
  return () => listeners.forEach(([signal, listener]) => process.off(signal, listener));
}

/** A program that crashed may leave its own children; nothing of ours outlives us. */
function endGroup(leader) {
  if (onWindows || leader === undefined) return;
  try {
    process.kill(-leader, "SIGTERM");
  } catch {
    // The usual case: nobody is left in the group.
  }
}
