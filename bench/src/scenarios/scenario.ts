/** What a scenario is: something that happens to an installation under load, and what must hold meanwhile. */
import type { Instruments } from "../measure/instruments.ts";
import type { System } from "../systems/system.ts";
import type { ScenarioOptions } from "./scenario-options.ts";

export interface Scenario {
  readonly title: string;
  /** Of those that can be measured with it; the others say nothing new. */
  readonly systems: readonly string[];
  run(stage: Stage): Promise<Findings>;
}

export interface Stage {
  readonly options: ScenarioOptions;
  readonly instruments: Instruments;
  /** Without targets or with these; it is stopped when the scenario ends. */
  start(extra?: StartExtra): Promise<System>;
  readonly say: (line: string) => void;
}

export interface StartExtra {
  readonly environment?: Readonly<Record<string, string>>;
  readonly label?: string;
}

export interface Findings {
  readonly verdicts: readonly Verdict[];
  /** In the order of the table and of the chart. */
  readonly figures: readonly Figure[];
  /** What the ledger found wrong: fails the run. */
  readonly flaws: readonly string[];
  /** Of one core at most, taken by other programs meanwhile; undefined where the machine does not tell. */
  readonly othersPercent?: number | undefined;
  /** What a reader has to know to judge the figures. */
  readonly notes?: readonly string[];
}

/** A bound and what was measured against it. A missed one is printed and fails nothing. */
export interface Verdict {
  readonly claim: string;
  readonly bound: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Figure {
  /** Figures of one group share a scale in the chart. */
  readonly group: string;
  readonly label: string;
  readonly value: number;
  readonly unit: string;
}

export interface ScenarioResult extends Findings {
  readonly scenario: string;
  readonly title: string;
  readonly system: string;
  readonly tookSeconds: number;
}
