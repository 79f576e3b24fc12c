/**
 * `pnpm bench`: measures Stellwerk beside the bare loop, prints tables, writes JSON.
 * `pnpm bench scenarios` measures what bad targets and large backlogs do (scenarios/run-command.ts).
 * Exits with 1 when the ledger shows that an accepted event did not arrive.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stopEverythingOnInterrupt, wasInterrupted } from "./interrupt.ts";
import { keepHistory } from "./measure/bench-history.ts";
import { startInstruments, type Instruments } from "./measure/instruments.ts";
import { measureSystem, type SystemResult } from "./measure/measure-system.ts";
import { parseOptions, USAGE, type Options } from "./options.ts";
import { renderProfiles } from "./profile/render-profiles.ts";
import { describeMachine } from "./report/machine.ts";
import { describeFlaws, renderReport, type RunResult } from "./report/report.ts";
import { replaceLatestRun } from "./report/write-docs.ts";
import { runScenarioCommand } from "./scenarios/run-command.ts";
import type { StartSystem } from "./systems/system.ts";
import { SYSTEMS } from "./systems/systems.ts";

const args = process.argv.slice(2);
if (args[0] === "scenarios") {
  stopEverythingOnInterrupt();
  process.exit(await runScenarioCommand(args.slice(1)).catch(reportFailure));
}
if (args.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const parsed = parseOptions(args);
if (!parsed.ok) {
  console.error(`${parsed.problem}\n\n${USAGE}`);
  process.exit(2);
}
stopEverythingOnInterrupt();
process.exit(await run(parsed.options).catch(reportFailure));

async function run(options: Options): Promise<number> {
  const startedAt = new Date().toISOString();
  const results = fileURLToPath(new URL("../results/", import.meta.url));
  const runName = startedAt.replace(/[:.]/g, "-");
  const profileDir = options.profile ? resolve(results, runName) : undefined;

  const { systems, broken } = await measureAll(options, profileDir);
  const command = ["pnpm bench", ...args].join(" ");
  const result: RunResult = { startedAt, command, machine: describeMachine(), systems };
  const report = renderReport(result);
  console.log(`\n${report}`);

  const jsonFile = options.jsonFile ?? resolve(results, `${runName}.json`);
  mkdirSync(dirname(resolve(jsonFile)), { recursive: true });
  writeFileSync(jsonFile, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`\nWritten to ${jsonFile}`);
  if (options.docs) {
    const document = new URL("../../docs/benchmarks.md", import.meta.url);
    writeFileSync(document, replaceLatestRun(readFileSync(document, "utf8"), report));
  }
  if (profileDir !== undefined) console.log(`\n${renderProfiles(profileDir)}`);

  const flaws = [...describeFlaws(systems), ...broken];
  for (const flaw of flaws) console.error(`\nFAILED: ${flaw}`);
  return flaws.length === 0 ? 0 : 1;
}

function reportFailure(error: unknown): Promise<number> | number {
  // The handler of the signal ends the process when everything is stopped.
  if (wasInterrupted()) return new Promise(() => {});
  console.error(error);
  return 1;
}

async function measureAll(
  options: Options,
  profileDir: string | undefined,
): Promise<{ systems: SystemResult[]; broken: string[] }> {
  const instruments = await startInstruments();
  const systems: SystemResult[] = [];
  const broken: string[] = [];
  const measure = (start: StartSystem, by: Instruments) =>
    measureSystem(start, by, options, profileDir, console.error);
  try {
    for (const name of options.systems) {
      const start = SYSTEMS[name]?.start;
      if (!start) continue;
      if (options.historyDir === undefined) {
        systems.push(await measure(start, instruments));
        continue;
      }
      const history = keepHistory(resolve(options.historyDir), name, start, instruments);
      systems.push(await measure(history.start, history.instruments));
      broken.push(...(await history.check()));
    }
  } finally {
    await instruments.stop();
  }
  return { systems, broken };
}
