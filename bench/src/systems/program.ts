/** A program of the workspace, run as its users run it: by the environment, its log in `bench/.cache/<app>[-<label>].log`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./data-folder.ts";

export interface Program {
  readonly pid: number;
  /** Throws, with the end of its log, when it has ended already. */
  assertRunning(): void;
  /** SIGTERM, and the wait for its end. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** A folder of `apps/`. */
  readonly app: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly nodeArguments: readonly string[];
  /** In the name of its log. */
  readonly label?: string | undefined;
}

const SHOWN_LOG_LINES = 20;
const READY_WITHIN_MS = 90_000;

export function startProgram(options: ProgramOptions): Program {
  mkdirSync(cacheFolder, { recursive: true });
  const logFile = `${cacheFolder}${[options.app, options.label].filter(Boolean).join("-")}.log`;
  const log = openSync(logFile, "w");
  const { PATH = "", HOME = "" } = process.env;
  const file = fileURLToPath(new URL(`../../../apps/${options.app}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [...options.nodeArguments, file], {
    // Nothing else: the settings of whoever measures must not slip in.
    env: { PATH, HOME, ...options.environment },
    stdio: ["ignore", log, log],
    // A session of its own: Ctrl-C reaches us, and we stop it in order.
    detached: true,
  });
  closeSync(log);
  const ended = once(child, "exit");
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    assertRunning() {
      if (!hasEnded()) return;
      const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-SHOWN_LOG_LINES);
      throw new Error(`${options.app} ended by itself. The end of ${logFile}:\n${lines.join("\n")}`);
    },
    async stop() {
      if (!hasEnded()) child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Waits until `url` answers 200. */
export async function waitUntilReady(url: string, program: Program): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    program.assertRunning();
    const answer = await fetch(url).catch(() => undefined);
    // Read to its end, so that the connection can be used again.
    await answer?.text();
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error(`${url} was not ready within ${READY_WITHIN_MS / 1_000} s`);
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
