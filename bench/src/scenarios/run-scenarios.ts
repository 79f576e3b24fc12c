/** Runs scenarios one after another, each on systems of its own; one that breaks off is told, and the others go on. */
import { wasInterrupted } from "../interrupt.ts";
import { startInstruments } from "../measure/instruments.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import type { System } from "../systems/system.ts";
import { SYSTEMS } from "../systems/systems.ts";
import type { ScenarioOptions } from "./scenario-options.ts";
import type { Findings, Scenario, ScenarioResult, Stage } from "./scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/** `onResult` sees each as soon as it is there: a long run that is cut short keeps what it has. */
export async function runScenarios(
  options: ScenarioOptions,
  say: (line: string) => void,
  onResult: (result: ScenarioResult) => void,
): Promise<void> {
  for (const name of options.scenarios) {
    const scenario = SCENARIOS[name];
    for (const system of options.systems) {
      if (scenario?.systems.includes(system)) onResult(await runOne(name, scenario, system, options, say));
    }
  }
}

async function runOne(
  name: string,
  scenario: Scenario,
  systemName: string,
  options: ScenarioOptions,
  say: (line: string) => void,
): Promise<ScenarioResult> {
  const beganAt = monotonicMs();
  // Load and receiver anew, so that nothing of one scenario is counted in the next.
  const instruments = await startInstruments();
  const systems: System[] = [];
  const stage: Stage = {
    options,
    instruments,
    say: (line) => say(`${name}, ${systemName}: ${line}`),
    async start(extra) {
      const start = SYSTEMS[systemName]?.start;
      if (start === undefined) throw new Error(`there is no system ${systemName}`);
      const system = await start({ targets: [], bystanders: 0, ...extra });
      systems.push(system);
      return system;
    },
  };
  let findings: Findings;
  try {
    findings = await scenario.run(stage);
  } catch (error) {
    if (wasInterrupted()) throw error;
    console.error(error);
    findings = { verdicts: [], figures: [], flaws: [`it broke off: ${String(error)}`] };
  } finally {
    for (const system of systems.toReversed()) await system.stop();
    await instruments.stop();
  }
  return {
    scenario: name,
    title: scenario.title,
    system: systemName,
    tookSeconds: (monotonicMs() - beganAt) / 1_000,
    ...findings,
  };
}
