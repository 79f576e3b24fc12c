/** CPU time and peak memory of some processes between two moments. */
import type { WatchedProcess } from "../systems/system.ts";
import { readUsage } from "./process-usage.ts";

export interface ProcessCost {
  readonly name: string;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
}

const SAMPLE_MS = 250;

/** Undefined where the system does not tell (no /proc). */
export function watchProcesses(
  processes: readonly WatchedProcess[],
): () => readonly ProcessCost[] | undefined {
  const watched = processes.map(({ name, pid }) => {
    const before = readUsage(pid);
    return { name, pid, before, peak: before?.memoryBytes ?? 0 };
  });
  const timer = setInterval(() => {
    for (const each of watched) each.peak = Math.max(each.peak, readUsage(each.pid)?.memoryBytes ?? 0);
  }, SAMPLE_MS);

  return () => {
    clearInterval(timer);
    const costs = watched.flatMap(({ name, pid, before, peak }) => {
      const after = readUsage(pid);
      if (!before || !after) return [];
      return [
        { name, cpuMs: after.cpuMs - before.cpuMs, peakMemoryBytes: Math.max(peak, after.memoryBytes) },
      ];
    });
    return costs.length === watched.length ? costs : undefined;
  };
}
