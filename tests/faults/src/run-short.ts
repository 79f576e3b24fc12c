/** The short form: every kind of fault once, with a report that says how to do it again. */
import { createRandom, seedFromEnvironment } from "@stellwerk/e2e/random.ts";
import type { Reckoning } from "./report/reckon.ts";
import { describeReckoning } from "./report/table.ts";
import { runFaults } from "./run.ts";
import type { BusName } from "./stage/stage.ts";

export async function runShort(bus: BusName): Promise<Reckoning> {
  const random = createRandom(seedFromEnvironment());
  const report = [`seed ${random.seed}: E2E_SEED=${random.seed} chooses the same faults again`];
  try {
    const reckoning = await runFaults({
      bus,
      faults: "each once",
      random,
      onStruck: ({ name, victim, backAfterMs }) =>
        report.push(`  ${`${name}: ${victim}`.padEnd(80)} back after ${(backAfterMs / 1_000).toFixed(1)} s`),
    });
    report.push(describeReckoning(reckoning));
    return reckoning;
  } finally {
    console.log(report.join("\n"));
  }
}
