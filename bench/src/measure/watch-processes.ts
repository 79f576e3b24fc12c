/** CPU time and peak memory of some processes between two moments, and what everything else took meanwhile. */
import type { WatchedProcess } from "../systems/system.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import { readMachineCpuMs, readUsage } from "./process-usage.ts";

export interface ProcessCost {
  readonly name: string;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
}

export interface Costs {
  readonly processes: readonly ProcessCost[];
  /** CPU time of all other programs on this machine, in percent of one core: what makes the numbers worse than they are. */
  readonly othersPercent: number;
}

const SAMPLE_MS = 250;

/** Undefined where the system does not tell (no /proc). */
export function watchProcesses(processes: readonly WatchedProcess[]): () => Costs | undefined {
  const startedAt = monotonicMs();
  const machineBefore = readMachineCpuMs();
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
    const machineAfter = readMachineCpuMs();
    if (costs.length < watched.length || machineBefore === undefined || machineAfter === undefined)
      return undefined;
    const ownMs = costs.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
    const othersMs = Math.max(0, machineAfter - machineBefore - ownMs);
    return { processes: costs, othersPercent: (othersMs * 100) / (monotonicMs() - startedAt) };
  };
}
