/** Table and chart of a run into docs/benchmarks.md and docs/benchmark-scenarios.svg. */
import { readFileSync, writeFileSync } from "node:fs";
import { renderBarChart, type BarGroup } from "../report/bar-chart.ts";
import { replaceScenarios } from "../report/write-docs.ts";
import { renderScenarios, type ScenarioRun } from "./report-scenarios.ts";
import type { ScenarioResult } from "./scenario.ts";

const DOCUMENT = new URL("../../../docs/benchmarks.md", import.meta.url);
const CHART = "benchmark-scenarios.svg";

export function writeScenarioDocs(run: ScenarioRun): void {
  const chart = renderBarChart("Scenarios of pnpm bench", run.results.flatMap(groupsOf));
  writeFileSync(new URL(CHART, DOCUMENT), chart);
  const picture = `![What each scenario measured](${CHART})`;
  const document = readFileSync(DOCUMENT, "utf8");
  writeFileSync(DOCUMENT, replaceScenarios(document, `${renderScenarios(run)}\n\n${picture}`));
}

/** The result's figures by their groups, named after scenario and system. */
function groupsOf({ scenario, system, figures }: ScenarioResult): BarGroup[] {
  return [...Map.groupBy(figures, ({ group }) => group)].map(([group, bars]) => ({
    title: `${scenario}, ${system}: ${group}`,
    bars,
  }));
}
