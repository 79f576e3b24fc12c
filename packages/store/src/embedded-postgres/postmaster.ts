/** The server's main process as the data directory shows it: is it there, on which port, and starting and stopping it. */
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import { runProgram } from "./run-program.ts";

/** Recovery after a crash replays at most a checkpoint's distance of WAL: seconds, minutes on a slow disk. */
const START_SECONDS = 300;
const STOP_SECONDS = 60;
/** Looked at when it starts; the server itself writes a line every few minutes. */
const LOG_BYTES = 10 * 2 ** 20;

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping`, … */
  readonly status: string;
}

/** Undefined when none is alive. `postmaster.pid` alone proves nothing: it stays behind after a kill -9. */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const lines = readLines(join(cluster.path, "postmaster.pid"));
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostmasterOf(cluster, pid)) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? "starting" };
}

/**
 * The pid may belong to another program by now, or to the server of another directory. Told by the command
 * line, which everybody may read; root in a container may not look into another user's process.
 */
function isPostmasterOf(cluster: Cluster, pid: number): boolean {
  try {
    if (process.platform === "linux") {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(cluster.path);
    }
    if (process.platform === "win32") return process.kill(pid, 0);
    return execFileSync("ps", ["-o", "command=", "-p", `${pid}`], { encoding: "utf8" }).includes(
      cluster.path,
    );
  } catch {
    return false;
  }
}

/** PostgreSQL does not start while the pid it reads is alive, whosever it is. */
export function removeStalePidFile(cluster: Cluster): void {
  if (!findPostmaster(cluster)) rmSync(join(cluster.path, "postmaster.pid"), { force: true });
}

/** The port of the last start. */
export function readLastPort(cluster: Cluster): number | undefined {
  const [options = ""] = readLines(join(cluster.path, "postmaster.opts"));
  const port = /"-p" "(\d+)"/.exec(options)?.[1];
  return port === undefined ? undefined : Number(port);
}

/**
 * Starts it in a session of its own, so that a Ctrl-C or a SIGTERM to our process group does not
 * stop it before the last outcome is written. Resolves with what the server said when it did not come up.
 */
export async function startPostmaster(
  cluster: Cluster,
  binaries: Binaries,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<{ started: true } | { started: false; reason: string }> {
  const logFile = join(cluster.path, "postgres.log");
  if (sizeOf(logFile) > LOG_BYTES) renameSync(logFile, `${logFile}.old`);
  const logged = sizeOf(logFile);
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const flags = ["--wait", "--timeout", `${START_SECONDS}`, "--log", logFile];
  const { code, output } = await runPgCtl(cluster, binaries, [
    "start",
    ...flags,
    "--options",
    [`-p ${port}`, ...options].join(" "),
  ]);
  if (code === 0) return { started: true };
  const said = sizeOf(logFile) > logged ? readFileSync(logFile).subarray(logged).toString() : "";
  return { started: false, reason: `${output}\n${said}`.trim() };
}

/** Open transactions are rolled back, what was committed is flushed. */
export async function stopPostmaster(cluster: Cluster, binaries: Binaries): Promise<void> {
  if (!findPostmaster(cluster)) return;
  const { code } = await runPgCtl(cluster, binaries, [
    "stop",
    "--mode",
    "fast",
    "--wait",
    "--timeout",
    `${STOP_SECONDS}`,
  ]);
  // It recovers at the next start; better than to hang.
  if (code !== 0 && findPostmaster(cluster))
    await runPgCtl(cluster, binaries, ["stop", "--mode", "immediate", "--wait"]);
}

function runPgCtl(cluster: Cluster, binaries: Binaries, args: readonly string[]) {
  return runProgram(binaries, "pg_ctl", ["--pgdata", cluster.path, ...args], cluster.user);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
