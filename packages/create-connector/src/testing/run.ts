/** Runs a program of this workspace in a folder, as CI would. */
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

const BINARIES = join(import.meta.dirname, "../../../../node_modules/.bin");

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** CI: what is missing of a snapshot is a failure, not written. */
export function run(folder: string, program: string, ...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, CI: "1", NO_COLOR: "1", PATH: [BINARIES, process.env["PATH"]].join(delimiter) },
  });
  return { code: status, output: `${stdout}${stderr}` };
}
