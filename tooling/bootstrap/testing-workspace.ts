/**
 * A workspace in a temporary folder with the real bootstrap in it, whose `npx` is a script of ours: it counts
 * how often it was asked to install, takes a moment, and puts a node where pnpm would.
 */
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface TestWorkspace extends Disposable {
  readonly root: string;
  /** Starts `run.mjs test` with these arguments. */
  start(...args: string[]): Running;
  installs(): number;
  /** The next installs print this and end with this code. */
  failInstalls(output: string, code: number): void;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** Resolves when this was printed. */
  printed(text: string): Promise<void>;
}

/** @param target what `run.mjs test` runs: the source of a module */
export function openTestWorkspace(target: string): TestWorkspace {
  const root = mkdtempSync(join(tmpdir(), "stellwerk-bootstrap-"));
  const machine = join(root, "machine");
  mkdirSync(machine);
  mkdirSync(join(root, "tooling/verify"), { recursive: true });
  cpSync(import.meta.dirname, join(root, "tooling/bootstrap"), { recursive: true });
  writeFileSync(join(root, "tooling/verify/main.ts"), target);
  writeFileSync(
    join(root, "package.json"),
    '{"type":"module","devEngines":{"packageManager":{"version":"1.2.3"}}}',
  );
  writeFileSync(join(root, "pnpm-lock.yaml"), "lockfileVersion: 1\n");
  writeFileSync(join(root, "pnpm-workspace.yaml"), "packages: []\n");
  writeFileSync(join(machine, "output"), "");
  writeFileSync(join(machine, "code"), "0");
  const script = `#!/bin/sh
echo "$@" >> "${machine}/installs"
cat "${machine}/output"
sleep 0.3
mkdir -p node_modules/node/bin
ln -sf "${process.execPath}" node_modules/node/bin/node
exit $(cat "${machine}/code")
`;
  writeFileSync(join(machine, "npx"), script);
  chmodSync(join(machine, "npx"), 0o755);

  return {
    root,
    start(...args) {
      const path = [machine, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
      const child = spawn(process.execPath, ["tooling/bootstrap/run.mjs", "test", ...args], {
        cwd: root,
        env: { ...process.env, PATH: path },
      });
      return follow(child);
    },
    installs: () => readIfThere(join(machine, "installs")).split("\n").filter(Boolean).length,
    failInstalls(output, code) {
      writeFileSync(join(machine, "output"), output);
      writeFileSync(join(machine, "code"), String(code));
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function follow(child: ChildProcessWithoutNullStreams): Running {
  let output = "";
  const waiting: { text: string; resolve: () => void }[] = [];
  const read = (chunk: unknown) => {
    output += String(chunk);
    for (const { text, resolve } of waiting) if (output.includes(text)) resolve();
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, output }));
  });
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, resolve });
        read("");
        void ended.then(() => reject(new Error(`ended without printing "${text}": ${output}`)));
      }),
  };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
