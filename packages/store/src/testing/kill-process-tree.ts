/** kill -9 of a process and everything it started, as a power cut would end them: together. */
import { execFileSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Ended, but not yet waited for by its parent. */
  readonly zombie: boolean;
}

/** Resolves when all of them have ended. */
export async function killProcessTree(root: number): Promise<void> {
  const before = listProcesses();
  const doomed = [root];
  for (const pid of doomed)
    doomed.push(...before.filter((each) => each.parent === pid).map((each) => each.pid));
  for (const pid of doomed) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  while (listProcesses().some((each) => doomed.includes(each.pid) && !each.zombie)) await pause(10);
}

function listProcesses(): Process[] {
  return execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, state]) => ({
      pid: Number(pid),
      parent: Number(parent),
      zombie: state?.startsWith("Z") ?? false,
    }));
}
