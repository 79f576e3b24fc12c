/** Runs one of PostgreSQL's programs to its end. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { spawnAs } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** In a session of its own: a Ctrl-C meant for us does not cut it off half-way. */
export function runProgram(
  binaries: Binaries,
  name: "initdb" | "pg_ctl",
  args: readonly string[],
  user: ServerUser | undefined,
): Promise<ProgramResult> {
  const child = spawn(join(binaries.root, "bin", name), args, {
    ...spawnAs(user),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString().trim() }));
  });
}
