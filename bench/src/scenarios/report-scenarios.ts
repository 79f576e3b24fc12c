/** The results of scenarios as text: verdicts in a table, then what has to be known to read them. */
import { introduce, type Machine } from "../report/machine.ts";
import { whole } from "../report/numbers.ts";
import { renderTable } from "../report/table.ts";
import type { ScenarioResult } from "./scenario.ts";

export interface ScenarioRun {
  readonly startedAt: string;
  readonly command: string;
  readonly machine: Machine;
  readonly results: readonly ScenarioResult[];
}

/** Of a core: what is left over by our own main process. */
const BUSY_PERCENT = 15;

export function renderScenarios({ command, startedAt, machine, results }: ScenarioRun): string {
  return [
    introduce(command, startedAt, machine),
    renderTable(
      ["scenario", "system", "what", "bound", "measured", "verdict"],
      results.flatMap(({ scenario, system, verdicts }) =>
        verdicts.map(({ claim, bound, measured, met }) => [
          scenario,
          system,
          claim,
          bound,
          measured,
          met ? "met" : "MISSED",
        ]),
      ),
    ),
    ...results.map(renderNotes),
  ].join("\n\n");
}

function renderNotes({
  scenario,
  system,
  tookSeconds,
  othersPercent,
  flaws,
  notes = [],
}: ScenarioResult): string {
  const ledger = flaws.length === 0 ? "The ledger is in order." : `LEDGER: ${flaws.join("; ")}.`;
  const busy =
    (othersPercent ?? 0) < BUSY_PERCENT
      ? []
      : [`The machine was not quiet: other programs took up to ${whole(othersPercent ?? 0)} % of a core.`];
  return [`${scenario}, ${system} (${whole(tookSeconds)} s):`, ...notes, ledger, ...busy].join(" ");
}

/** One line each, for who watches the run. */
export function verdictLines({ scenario, system, verdicts, flaws }: ScenarioResult): string[] {
  const name = `${scenario}, ${system}`;
  return [
    ...verdicts.map(
      ({ claim, bound, measured, met }) =>
        `${met ? "met   " : "MISSED"} ${name}: ${claim}: ${measured} [${bound}]`,
    ),
    ...flaws.map((flaw) => `FAILED ${name}: ${flaw}`),
  ];
}
