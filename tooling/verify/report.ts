/** What a run prints: a line a step, the output of what failed, a table, and the sum as the last line. */
import { styleText } from "node:util";
import type { Counts } from "./counts.ts";
import type { StepResult } from "./run-step.ts";

const REDRAW_MS = 200;
/** Where a line cannot be redrawn, a long step says now and then that it goes on. */
const LOG_EVERY_MS = 15_000;

/** Shows that a step runs; the returned function ends the display. */
export function showRunning(name: string): () => void {
  const startedAt = performance.now();
  const { isTTY } = process.stdout;
  const timer = setInterval(
    () => {
      const line = `  … ${name} ${seconds(performance.now() - startedAt)}`;
      process.stdout.write(isTTY ? `\r\u001B[K${line}` : `${line}\n`);
    },
    isTTY ? REDRAW_MS : LOG_EVERY_MS,
  );
  return () => {
    clearInterval(timer);
    if (isTTY) process.stdout.write("\r\u001B[K");
  };
}

export function printResult(result: StepResult): void {
  const { mark, text } = describeResult(result);
  console.log(`  ${mark} ${result.name.padEnd(28)} ${seconds(result.durationMs).padStart(7)}  ${text}`);
  if (result.failed > 0 && !result.notRun) console.log(`${result.output.trimEnd()}\n`);
  else warnings(result.output).forEach((line) => console.log(`      ${styleText("yellow", line)}`));
}

export function printSummary(results: readonly StepResult[], durationMs: number): void {
  const trouble = results.filter((each) => each.failed > 0 || each.notRun !== undefined || each.skipped > 0);
  console.log("");
  console.log(
    `  ${"step".padEnd(30)}${"passed".padStart(8)}${"failed".padStart(8)}${"skipped".padStart(9)}${"time".padStart(10)}`,
  );
  for (const { name, passed, failed, skipped, durationMs: took } of results) {
    const cells = [String(passed).padStart(8), String(failed).padStart(8), String(skipped).padStart(9)];
    console.log(`  ${name.padEnd(30)}${cells.join("")}${seconds(took).padStart(10)}`);
  }
  console.log(`  ${"".padEnd(55)}${seconds(durationMs).padStart(10)}\n`);
  for (const result of trouble) {
    const { mark, text } = describeResult(result);
    console.log(`  ${mark} ${result.name}: ${text}`);
  }
}

/** The line that CI reads; nothing may be printed after it. */
export function summaryLine(results: readonly Counts[]): string {
  const sum = (of: (counts: Counts) => number) => results.reduce((total, each) => total + of(each), 0);
  return `${sum((each) => each.passed)} passed, ${sum((each) => each.failed)} failed`;
}

function describeResult({ passed, failed, skipped, notRun }: StepResult): { mark: string; text: string } {
  if (notRun !== undefined) {
    return {
      mark: styleText(["yellow", "bold"], "!"),
      text: styleText(["yellow", "bold"], `NOT RUN: ${notRun}`),
    };
  }
  const parts = [failed > 0 && `${failed} failed`, `${passed} passed`, skipped > 0 && `${skipped} skipped`];
  const text = parts.filter(Boolean).join(", ");
  return failed > 0
    ? { mark: styleText("red", "✗"), text: styleText("red", text) }
    : { mark: styleText("green", "✓"), text };
}

function warnings(output: string): string[] {
  return output.split("\n").filter((line) => line.startsWith("warning:"));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
