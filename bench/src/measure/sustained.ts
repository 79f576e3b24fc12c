/** Whether a system kept up with the rate it was sent at, or only took it in. */
import type { Account, Latencies } from "./account.ts";
import { percentilesOf } from "./percentiles.ts";

const HIGHEST_P99_MS = 500;
/** How much slower the last quarter may be than the second; the first one may still be warming up. */
const MOST_GROWTH_MS = 100;

export function isSustained(account: Account, latencies: Latencies): boolean {
  if (account.accepted < account.planned || account.missing > 0) return false;
  const p99 = percentilesOf(latencies.endToEnd)?.p99 ?? Number.POSITIVE_INFINITY;
  return p99 <= HIGHEST_P99_MS && backlogGrowthMs(latencies) <= MOST_GROWTH_MS;
}

/** A backlog shows as latency that grows while the rate stays the same. */
function backlogGrowthMs({ endToEnd, dueAt }: Latencies): number {
  const lastDue = dueAt.reduce((last, due) => Math.max(last, due), 0);
  const medianOf = (quarter: number) => {
    const [from, to] = [(lastDue * quarter) / 4, (lastDue * (quarter + 1)) / 4];
    return percentilesOf(endToEnd.filter((_, index) => inside(dueAt[index] ?? 0, from, to)))?.p50 ?? 0;
  };
  return medianOf(3) - medianOf(1);
}

const inside = (value: number, from: number, to: number): boolean => value >= from && value <= to;
