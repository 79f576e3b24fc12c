/** The result of a run as text: tables for a terminal and for docs/benchmarks.md. */
import type { SystemResult } from "../measure/measure-system.ts";
import type { Measurement } from "../measure/measure.ts";
import type { Percentiles } from "../measure/percentiles.ts";
import type { ProcessCost } from "../measure/watch-processes.ts";
import { flawsOf } from "./flaws.ts";
import { introduce, type Machine } from "./machine.ts";
import { oneDigit, whole } from "./numbers.ts";
import { renderTable } from "./table.ts";

export interface RunResult {
  readonly startedAt: string;
  readonly command: string;
  readonly machine: Machine;
  readonly systems: readonly SystemResult[];
}

/** Of a core. The bench's own main process and the system's services stay below. */
const BUSY_PERCENT = 15;
const INSTRUMENTS = new Set(["load", "receiver"]);

export function renderReport({ startedAt, command, machine, systems }: RunResult): string {
  return [
    introduce(command, startedAt, machine),
    renderLatencies(systems),
    renderCosts(systems),
    ...renderIdle(systems),
    ...renderOthers(systems),
    ...renderShare(systems),
  ].join("\n\n");
}

function renderLatencies(systems: readonly SystemResult[]): string {
  const header = ["system", "events/s", "delivered/s", "ack p50", "p99", "max"];
  return renderTable(
    [...header, "end to end p50", "p95", "p99", "max", "not accepted", "missing", "duplicates"],
    rowsOf(systems, ({ name }, each) => [
      name,
      rateOf(each),
      whole(each.deliveriesPerSecond),
      ...milliseconds(each.ackMs, ["p50", "p99", "max"]),
      ...milliseconds(each.endToEndMs, ["p50", "p95", "p99", "max"]),
      whole(each.account.planned - each.account.accepted),
      whole(each.account.missing),
      whole(each.account.duplicates + each.account.surplus),
    ]),
  );
}

function renderCosts(systems: readonly SystemResult[]): string {
  return renderTable(
    [
      "system",
      "events/s",
      "CPU ms per 1,000 events",
      "by process",
      "load + receiver",
      "writing tx per event",
      "peak MB by process",
    ],
    rowsOf(systems, ({ name }, each) => {
      const perThousand = (costs: readonly ProcessCost[]) =>
        (costs.reduce((sum, { cpuMs }) => sum + cpuMs, 0) * 1_000) / Math.max(1, each.account.accepted);
      const own = each.costs?.processes.filter((cost) => !INSTRUMENTS.has(cost.name));
      const instruments = each.costs?.processes.filter((cost) => INSTRUMENTS.has(cost.name));
      const { writingTransactions: written } = each;
      return [
        name,
        rateOf(each),
        own ? whole(perThousand(own)) : "–",
        own?.map((cost) => `${cost.name} ${whole(perThousand([cost]))}`).join(", ") ?? "–",
        instruments ? whole(perThousand(instruments)) : "–",
        written === undefined ? "–" : (written / Math.max(1, each.account.accepted)).toFixed(3),
        own?.map((cost) => `${cost.name} ${whole(cost.peakMemoryBytes / 1e6)}`).join(", ") ?? "–",
      ];
    }),
  );
}

function renderIdle(systems: readonly SystemResult[]): string[] {
  return systems.flatMap(({ name, idlePercent }) => {
    if (!idlePercent) return [];
    const shares = Object.entries(idlePercent).map(
      ([process, percent]) => `${process} ${oneDigit(percent)} %`,
    );
    return [`${name}, idle: ${shares.join(", ")} of a core.`];
  });
}

/** Honesty about the machine: on a busy one the numbers say little. */
function renderOthers(systems: readonly SystemResult[]): string[] {
  const shares = systems.flatMap(({ measurements }) =>
    measurements.map(({ costs }) => costs?.othersPercent ?? 0),
  );
  const most = Math.max(0, ...shares);
  if (most < BUSY_PERCENT) return [];
  return [`The machine was not quiet: other programs took up to ${whole(most)} % of a core meanwhile.`];
}

/** The bare loop of the same run is the yardstick: a machine's own speed drops out. */
function renderShare(systems: readonly SystemResult[]): string[] {
  const maxOf = (system: SystemResult | undefined) => system?.measurements.find(({ isMax }) => isMax);
  const limit = maxOf(systems.find(({ name }) => name === "bare"));
  if (!limit?.sustained) return [];
  return systems.flatMap((system) => {
    const max = maxOf(system);
    if (system.name === "bare" || !max?.sustained) return [];
    const share = whole((max.rate * 100) / limit.rate);
    return [
      `${system.name} sustains ${whole(max.rate)} events/s, ${share} % of the bare loop's ${whole(limit.rate)}.`,
    ];
  });
}

/** What must not be, in words; empty when the ledger is in order. */
export function describeFlaws(systems: readonly SystemResult[]): string[] {
  return systems.flatMap(({ name, everything }) =>
    everything.flatMap(({ rate, account }) =>
      flawsOf(account).map((flaw) => `${name} at ${whole(rate)} events/s: ${flaw}`),
    ),
  );
}

function rowsOf(
  systems: readonly SystemResult[],
  row: (system: SystemResult, each: SystemResult["measurements"][number]) => string[],
): string[][] {
  return systems.flatMap((system) => system.measurements.map((each) => row(system, each)));
}

function rateOf(each: Measurement & { isMax: boolean }): string {
  return `${each.isMax ? "max " : ""}${whole(each.rate)}${each.sustained ? "" : " (not sustained)"}`;
}

function milliseconds(values: Percentiles | undefined, which: readonly (keyof Percentiles)[]): string[] {
  return which.map((each) => (values ? oneDigit(values[each]) : "–"));
}
