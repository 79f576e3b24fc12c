/**
 * `pnpm bench scenarios`: what a bad target, a backlog or a large installation does to the rest. Prints a verdict for
 * each bound; exits with 1 when the ledger is wrong, never because a bound was missed.
 * `--from a.json,b.json --docs` writes the document from runs made before.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describeMachine } from "../report/machine.ts";
import { renderScenarios, verdictLines, type ScenarioRun } from "./report-scenarios.ts";
import { runScenarios } from "./run-scenarios.ts";
import { parseScenarioOptions, scenarioUsage } from "./scenario-options.ts";
import type { ScenarioResult } from "./scenario.ts";
import { writeScenarioDocs } from "./write-scenario-docs.ts";

export async function runScenarioCommand(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(scenarioUsage());
    return 0;
  }
  const parsed = parseScenarioOptions(args);
  if (!parsed.ok) {
    console.error(`${parsed.problem}\n\n${scenarioUsage()}`);
    return 2;
  }
  const { options } = parsed;
  const startedAt = new Date().toISOString();
  const command = ["pnpm bench scenarios", ...args].join(" ");
  const jsonFile = resolve(
    options.jsonFile ??
      fileURLToPath(
        new URL(`../../results/scenarios-${startedAt.replace(/[:.]/g, "-")}.json`, import.meta.url),
      ),
  );
  const earlier = options.from.map(readRun);
  const results: ScenarioResult[] = earlier.flatMap((run) => run.results);
  const machine = describeMachine();
  const runOf = (): ScenarioRun => ({
    startedAt,
    command,
    machine,
    // Of the machine that measured, not of the one that shows it.
    ...earlier[0],
    ...(earlier.length > 0 && { command: earlier.map((run) => run.command).join(" && ") }),
    results,
  });
  if (options.from.length === 0) {
    mkdirSync(dirname(jsonFile), { recursive: true });
    await runScenarios(options, console.error, (result) => {
      results.push(result);
      for (const line of verdictLines(result)) console.log(line);
      writeFileSync(jsonFile, `${JSON.stringify(runOf(), null, 2)}\n`);
    });
    console.log(`\nWritten to ${jsonFile}`);
  }
  const run = runOf();
  console.log(`\n${renderScenarios(run)}`);
  if (options.docs) writeScenarioDocs(run);
  return results.every(({ flaws }) => flaws.length === 0) ? 0 : 1;
}

function readRun(file: string): ScenarioRun {
  return JSON.parse(readFileSync(file, "utf8")) as ScenarioRun;
}
