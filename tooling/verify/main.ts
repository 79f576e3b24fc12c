/**
 * `npm test`: everything, or one package. Ends with `N passed, N failed` and the exit code that belongs to it.
 *
 * @example
 * npm test
 * npm test store
 * npm test store -- claims -t "not handed to a second"
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TEST_KAFKA_BROKERS } from "@stellwerk/kafka-broker";
import type { TestKafka } from "@stellwerk/kafka-broker";
import { printResult, printSummary, showRunning, summaryLine } from "./report.ts";
import { stopCommands } from "./run-command.ts";
import { runStep } from "./run-step.ts";
import type { StepResult } from "./run-step.ts";
import { findPackage, planAll, planPackage } from "./steps.ts";
import type { Step } from "./steps.ts";
import { openTestKafka } from "./test-kafka.ts";
import { HOW_TO_GET_POSTGRES, openTestPostgres } from "./test-postgres.ts";
import type { TestPostgres } from "./test-postgres.ts";
import { readWorkspacePackages } from "./workspace-packages.ts";

const root = join(import.meta.dirname, "../..");
const inCi = process.env["CI"] !== undefined && process.env["CI"] !== "" && process.env["CI"] !== "false";

let interrupted: NodeJS.Signals | undefined;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    interrupted = signal;
    stopCommands();
  });
}

const results = await runAll(planFor(process.argv.slice(2)));
const line = summaryLine(results);
// .ci/run prints it itself: there it has to be the last line, whatever npm prints after us.
const summaryFile = process.env["STELLWERK_VERIFY_SUMMARY"];
if (summaryFile) writeFileSync(summaryFile, `${line}\n`);
else console.log(`\n${line}`);
process.exitCode = interrupted ? 130 : results.some((each) => each.failed > 0) ? 1 : 0;

function planFor([wanted, ...testArgs]: string[]): Step[] {
  const packages = readWorkspacePackages(root);
  if (wanted === undefined) return planAll(packages);
  const found = findPackage(packages, wanted);
  if (found) return planPackage(found, testArgs);
  console.error(
    `There is no package "${wanted}". There are: ${packages.map((each) => each.name).join(", ")}.`,
  );
  process.exit(1);
}

async function runAll(steps: readonly Step[]): Promise<StepResult[]> {
  const startedAt = performance.now();
  const done: StepResult[] = [];
  let postgres: TestPostgres | undefined;
  let kafka: TestKafka | undefined;
  try {
    for (const step of steps) {
      if (interrupted) break;
      const stopShowing = showRunning(step.name);
      if (step.needs === "postgres") postgres ??= await openTestPostgres();
      if (step.usesKafka === true) kafka ??= await openTestKafka();
      const result =
        postgres?.ok === false && step.needs
          ? notRun(step, postgres.reason)
          : await runStep(root, step, environment(postgres, kafka));
      stopShowing();
      printResult(result);
      done.push(result);
    }
  } finally {
    if (postgres?.ok) await postgres.stop();
    if (kafka?.ok) await kafka.stop();
  }
  if (kafka?.ok === false) done.push(notRun({ name: "tests on Kafka" }, kafka.reason));
  printSummary(done, performance.now() - startedAt);
  if (postgres?.ok === false)
    console.log(`\n  PostgreSQL could not be started: ${postgres.reason}\n  ${HOW_TO_GET_POSTGRES}`);
  if (kafka?.ok === false) console.log(`\n  Tests on Kafka did not run. ${kafka.reason}`);
  if (interrupted) console.log("\n  Interrupted: what comes after the last step above did not run.");
  return interrupted ? [...done, { ...notRun({ name: "interrupted" }, interrupted), failed: 1 }] : done;
}

/** Without the real thing there is no result; where nobody reads the warning (CI) that is a failure. */
function notRun({ name }: Pick<Step, "name">, reason: string): StepResult {
  return { name, passed: 0, failed: inCi ? 1 : 0, skipped: 0, output: "", durationMs: 0, notRun: reason };
}

function environment(postgres?: TestPostgres, kafka?: TestKafka): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...(postgres?.ok && { STELLWERK_TEST_DATABASE_URL: postgres.url }),
    ...(kafka?.ok && { [TEST_KAFKA_BROKERS]: kafka.brokers }),
  };
}
