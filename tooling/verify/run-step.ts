/** Runs a step's commands and says what came of it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { countCheck, countVitest } from "./counts.ts";
import type { Counts } from "./counts.ts";
import { runCommand } from "./run-command.ts";
import type { Step } from "./steps.ts";

export interface StepResult extends Counts {
  readonly name: string;
  readonly durationMs: number;
  /** What its commands printed; of a step with several, only what the failed ones did. */
  readonly output: string;
  /** Why it did not run at all. */
  readonly notRun?: string;
}

export async function runStep(root: string, step: Step, env: NodeJS.ProcessEnv): Promise<StepResult> {
  const startedAt = performance.now();
  const run = step.counts === "vitest" ? runVitest : runChecks;
  const { counts, output } = await run(root, step, { ...env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" });
  return { name: step.name, ...counts, output, durationMs: performance.now() - startedAt };
}

interface Ran {
  readonly counts: Counts;
  readonly output: string;
}

async function runChecks(root: string, step: Step, env: NodeJS.ProcessEnv): Promise<Ran> {
  const waiting = [...step.commands];
  const outputs: string[] = [];
  let exitCode = 0;
  const worker = async () => {
    for (let command = waiting.shift(); command; command = waiting.shift()) {
      const end = await runCommand(root, command, env);
      if (end.exitCode !== 0) exitCode = end.exitCode;
      if (end.exitCode !== 0 || step.commands.length === 1)
        outputs.push(inFolder(command.folder, end.output));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return { counts: countCheck(exitCode), output: outputs.join("\n") };
}

async function runVitest(root: string, step: Step, env: NodeJS.ProcessEnv): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "stellwerk-verify-"));
  try {
    const reportFile = join(folder, "report.json");
    const [command] = step.commands;
    if (!command) throw new Error(`step "${step.name}" has no command`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
    const { exitCode, output } = await runCommand(
      root,
      { ...command, args: [...command.args, ...reporters] },
      env,
    );
    return { counts: countVitest(readIfThere(reportFile), exitCode), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tools that run in a package's folder name their files from there. */
function inFolder(folder: string, output: string): string {
  return folder === "." ? output : `${folder}\n${output}`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
