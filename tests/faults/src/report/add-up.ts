/** A long run is several stages, one after the other: their reckonings as one. */
import type { Reckoning } from "./reckon.ts";
import type { Recovery } from "./recoveries.ts";

export interface LongRun {
  readonly bus: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly command: string;
  readonly minutes: number;
  readonly reckoning: Reckoning;
}

export function addUp(reckonings: readonly Reckoning[]): Reckoning {
  const sum = (of: (each: Reckoning) => number) => reckonings.reduce((total, each) => total + of(each), 0);
  return {
    faults: sum((each) => each.faults),
    kills: sum((each) => each.kills),
    posted: sum((each) => each.posted),
    accepted: sum((each) => each.accepted),
    deliveries: sum((each) => each.deliveries),
    delivered: sum((each) => each.delivered),
    missing: sum((each) => each.missing),
    doubledWithDoubt: sum((each) => each.doubledWithDoubt),
    doubledWithoutDoubt: sum((each) => each.doubledWithoutDoubt),
    doubts: sum((each) => each.doubts),
    settledByPerson: sum((each) => each.settledByPerson),
    outOfOrder: sum((each) => each.outOfOrder),
    altered: sum((each) => each.altered),
    repeatedRecords: sum((each) => each.repeatedRecords),
    historyLines: sum((each) => each.historyLines),
    broken: reckonings.flatMap((each) => each.broken),
    recoveries: addUpRecoveries(reckonings.flatMap((each) => each.recoveries)),
    missingFaults: [...new Set(reckonings.flatMap((each) => each.missingFaults))],
    problems: reckonings.flatMap((each) => each.problems),
  };
}

function addUpRecoveries(parts: readonly Recovery[]): Recovery[] {
  return [...Map.groupBy(parts, (each) => each.name)]
    .map(([name, each]) => {
      const times = each.flatMap((one) => one.timesMs).toSorted((a, b) => a - b);
      return { name, kills: each[0]?.kills ?? false, timesMs: times };
    })
    .toSorted((a, b) => b.timesMs.length - a.timesMs.length);
}
