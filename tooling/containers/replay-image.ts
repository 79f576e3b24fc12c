/**
 * The Dockerfile without an engine: the files that .dockerignore lets in are copied to a folder, the RUN steps of
 * the build stage run there, and what comes out is what the image holds below its WORKDIR. Node is this
 * workspace's, which has the version the image names. Not replayed: the base image itself.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { createFilter } from "./docker-ignore.ts";
import { readDockerfile, valuesOf } from "./read-dockerfile.ts";

const run = promisify(execFile);
export const ROOT = join(import.meta.dirname, "../..");

export interface ReplayedImage extends Disposable {
  readonly folder: string;
  /** What starts without a command: ["node", "apps/api/src/main.ts"]. */
  readonly command: readonly string[];
}

export async function replayImage(): Promise<ReplayedImage> {
  const instructions = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
  const isIn = createFilter(readFileSync(join(ROOT, ".dockerignore"), "utf8"));
  const home = mkdtempSync(join(tmpdir(), "stellwerk-image-"));
  const folder = join(home, "stellwerk");
  mkdirSync(folder);
  const remove = () => rmSync(home, { recursive: true, force: true });
  try {
    cpSync(ROOT, folder, {
      recursive: true,
      filter: (path) => path === ROOT || isIn(relative(ROOT, path).replaceAll("\\", "/")),
    });
    await runSteps(valuesOf(instructions, "RUN"), folder, join(home, "npm"));
  } catch (error) {
    remove();
    throw error;
  }
  const command = JSON.parse(valuesOf(instructions, "CMD").at(-1) ?? "[]") as string[];
  return { folder, command, [Symbol.dispose]: remove };
}

/** `npm install --global` lands in a folder of its own, so that the machine stays as it is. */
async function runSteps(steps: readonly string[], folder: string, globalFolder: string): Promise<void> {
  const path = [join(globalFolder, "bin"), dirname(process.execPath), process.env["PATH"]].join(":");
  for (const step of steps) {
    await run("/bin/sh", ["-ec", step], {
      cwd: folder,
      env: { ...process.env, PATH: path, npm_config_prefix: globalFolder, CI: "true" },
    });
  }
}
