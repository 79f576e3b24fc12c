/** Runs one command of a step in a process group of its own and collects what it prints. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { Command } from "./steps.ts";

export interface CommandEnd {
  readonly exitCode: number;
  readonly output: string;
}

const GRACE_MS = 10_000;
const running = new Set<ChildProcess>();

export function runCommand(root: string, command: Command, env: NodeJS.ProcessEnv): Promise<CommandEnd> {
  return new Promise((resolve) => {
    const child = spawn(command.program, command.args, {
      cwd: join(root, command.folder),
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
    });
    running.add(child);
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.once("error", (error) => {
      running.delete(child);
      resolve({ exitCode: 127, output: `${command.program}: ${error.message}` });
    });
    // A grandchild that was left behind would keep our pipes, and this step, open.
    child.once("exit", () => signalGroup(child, "SIGTERM"));
    child.once("close", (code) => {
      running.delete(child);
      resolve({ exitCode: code ?? 1, output });
    });
  });
}

/** Ends what runs, politely, then for good; their `runCommand` resolves. */
export function stopCommands(): void {
  for (const child of running) {
    signalGroup(child, "SIGTERM");
    setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS).unref();
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
