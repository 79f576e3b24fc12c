/** Figures of a phase, and how two of them compare. */
import { percentilesOf } from "../measure/percentiles.ts";
import type { Phase } from "../measure/run-phase.ts";
import type { ProcessCost } from "../measure/watch-processes.ts";
import { oneDigit, whole } from "../report/numbers.ts";
import type { Verdict } from "./scenario.ts";

const INSTRUMENTS = new Set(["load", "receiver"]);

export function p99Of(values: Float64Array): number {
  return percentilesOf(values)?.p99 ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** CPU time of the system's own processes for each event that it accepted. */
export function cpuUsPerEvent(phase: Phase): number {
  return (sumOf(phase, ({ cpuMs }) => cpuMs) * 1_000) / Math.max(1, phase.account.accepted);
}

/** Peak memory of its Node processes, together: PostgreSQL's caches grow with the data as they should. */
export function nodeMemoryMb(phase: Phase): number {
  return sumOf(phase, (cost) => (cost.name === "postgres" ? 0 : cost.peakMemoryBytes)) / 1e6;
}

/** Unknown where the machine does not tell. */
function sumOf({ costs }: Phase, pick: (cost: ProcessCost) => number): number {
  const own = costs?.processes.filter(({ name }) => !INSTRUMENTS.has(name) && name !== "kafka");
  return own?.reduce((sum, cost) => sum + pick(cost), 0) ?? Number.NaN;
}

/** What other programs took of a core, at the worst. */
export function othersPercentOf(phases: readonly Phase[]): number | undefined {
  const known = phases.flatMap(({ costs }) => costs?.othersPercent ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** "unchanged": at most `percent` worse than without. Better is no change that anybody minds. */
export function judgeUnchanged(
  claim: string,
  compared: { with: number; without: readonly number[]; unit: string; worseIs: "higher" | "lower" },
  percent = 5,
): Verdict {
  const base = mean(compared.without);
  const change = ((compared.with - base) * 100) / base;
  const worse = compared.worseIs === "higher" ? change : -change;
  const { unit } = compared;
  return {
    claim,
    bound: `at most ${percent} % worse`,
    measured:
      `${signed(change)} % (${oneDigit(compared.with)} ${unit} against ${oneDigit(base)} ${unit}` +
      `${compared.without.length > 1 ? `, whose ${compared.without.length} runs differ by ${oneDigit(spreadPercent(compared.without))} %` : ""})`,
    met: worse <= percent,
  };
}

export function judgeRatio(
  claim: string,
  value: number,
  base: number,
  bound: { atMost: number } | { atLeast: number },
  unit: string,
): Verdict {
  const ratio = value / base;
  const met = "atMost" in bound ? ratio <= bound.atMost : ratio >= bound.atLeast;
  return {
    claim,
    bound: "atMost" in bound ? `at most ${bound.atMost} ×` : `at least ${bound.atLeast} ×`,
    measured: `${ratio.toFixed(2)} × (${oneDigit(value)} ${unit} against ${oneDigit(base)} ${unit})`,
    met,
  };
}

export function judgeCount(claim: string, found: number, owed: number): Verdict {
  return {
    claim,
    bound: `all ${whole(owed)}`,
    measured: whole(found),
    met: found === owed,
  };
}

function spreadPercent(values: readonly number[]): number {
  return ((Math.max(...values) - Math.min(...values)) * 100) / mean(values);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${oneDigit(Math.abs(value))}`;
}
