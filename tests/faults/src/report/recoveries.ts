/**
 * How long it took: from a fault until everything that was accepted before it had arrived. Faults overlap, so the time of
 * one holds what came after it as well.
 */
import type { ByEvent, Effects, Ledgers } from "./reckon.ts";

export interface Recovery {
  readonly name: string;
  readonly kills: boolean;
  /** Of every fault of the kind, shortest first. */
  readonly timesMs: readonly number[];
}

export function recoveries({ struck, promised }: Ledgers, effects: Effects, byEvent: ByEvent): Recovery[] {
  const inOrder = promised.toSorted((a, b) => a.atMs - b.atMs);
  let latest = 0;
  /** By when everything up to this event had arrived. */
  const doneBy = inOrder.map(({ event, atMs }) => {
    const arrived = (byEvent.get(event) ?? []).map((each) => effects.get(each.key)?.[0]?.monotonicMs ?? 0);
    latest = Math.max(latest, ...arrived);
    return { atMs, latest };
  });
  const times = struck.map(({ name, kills, atMs }) => {
    const before = doneBy.findLast((each) => each.atMs <= atMs);
    return { name, kills, ms: Math.max(0, (before?.latest ?? 0) - atMs) };
  });
  return [...Map.groupBy(times, (each) => each.name)]
    .map(([name, each]) => ({
      name,
      kills: each[0]?.kills ?? false,
      timesMs: each.map(({ ms }) => Math.round(ms)).toSorted((a, b) => a - b),
    }))
    .toSorted((a, b) => b.timesMs.length - a.timesMs.length);
}

export function medianOf({ timesMs }: Recovery): number {
  return timesMs[Math.floor(timesMs.length / 2)] ?? 0;
}

export function longestOf({ timesMs }: Recovery): number {
  return timesMs.at(-1) ?? 0;
}
