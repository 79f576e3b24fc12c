/** The pinned pnpm; the install left it in npx's cache. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { PNPM_VERSION } from "../bootstrap/workspace.mjs";

const ROOT = join(import.meta.dirname, "../..");
const MAX_OUTPUT_BYTES = 64 * 1_048_576;

export interface PnpmResult {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export function runPnpm(...args: readonly string[]): PnpmResult {
  const { status, stdout, stderr, error } = spawnSync("npx", ["-y", `pnpm@${PNPM_VERSION}`, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: MAX_OUTPUT_BYTES,
    shell: process.platform === "win32", // npx is a .cmd there
  });
  return { ok: status === 0, stdout: stdout ?? "", stderr: error?.message ?? stderr };
}
