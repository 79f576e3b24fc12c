/** The simulation: runs it, says what was seen, and which bound does not hold. */
import { jainIndex, runScarcity } from "./run-scarcity.ts";
import { runInstallation, type InstallationRun } from "./run-installation.ts";

export interface SimulationSize {
  readonly subscriptions: number;
  readonly accounts: number;
  readonly deliveries: number;
  readonly scarcitySeconds: number;
}

export const FULL: SimulationSize = {
  subscriptions: 10_000,
  accounts: 1_000,
  deliveries: 1_000_000,
  scarcitySeconds: 10,
};

/** Seconds instead of a minute; for the test suite. */
export const SHORT: SimulationSize = {
  subscriptions: 1_000,
  accounts: 100,
  deliveries: 40_000,
  scarcitySeconds: 3,
};

export interface SimulationResult {
  readonly lines: readonly (readonly [string, string])[];
  /** Bounds that do not hold. */
  readonly broken: readonly string[];
}

export async function simulate(size: SimulationSize, seed: number): Promise<SimulationResult> {
  const backlog = Math.round(size.deliveries * 0.3);
  const options = {
    ...size,
    seed,
    backlog,
    backlogLanes: Math.round(size.subscriptions / 100),
    liveDeliveries: size.deliveries - backlog,
    perSecond: size.subscriptions / 4,
  };
  const alone = await runInstallation({ ...options, alone: true });
  const mixed = await runInstallation({ ...options, alone: false });
  const shares = await runScarcity({
    seed,
    smallAccounts: 20,
    lanesOfSmall: 4,
    lanesOfLarge: 400,
    seconds: size.scarcitySeconds,
  });
  return judge(alone, mixed, jainIndex(shares));
}

function judge(alone: InstallationRun, mixed: InstallationRun, jain: number): SimulationResult {
  const broken: string[] = [];
  const bound = (holds: boolean, text: string): void => {
    if (!holds) broken.push(text);
  };
  const p50 = percentile(mixed.waitsMs, 0.5);
  const p99 = percentile(mixed.waitsMs, 0.99);
  const p99Alone = percentile(alone.waitsMs, 0.99);
  const longest = percentile(mixed.waitsMs, 1);
  const firstP99 = percentile(mixed.firstWaitsMs, 0.99);
  const hanging = mixed.slots.get("hanging") ?? 0;

  bound(p99 <= p99Alone + 10, "healthy lanes wait at most 10 ms longer than alone (p99)");
  bound(firstP99 <= 10, "the first delivery of a lane waits at most 10 ms (p99)");
  bound(longest <= 1_000, "no healthy lane starves for more than 1 s");
  bound(jain >= 0.9, "when slots are scarce accounts get equal shares (Jain's index at least 0.9)");
  bound(mixed.mostInHand <= 16_384, "at most 16,384 deliveries in hand");
  bound(mixed.mostRunning <= 1_024, "at most 1,024 sends at a time");
  bound(hanging <= 256, "targets that hang hold at most a quarter of the slots on average");
  bound(mixed.stuck === 0, "every delivery ends, or waits for a person");
  bound(mixed.waitsMs.length === alone.waitsMs.length, "healthy targets get the same deliveries as alone");

  const lines: [string, string][] = [
    ["deliveries, attempts", `${count(mixed.deliveries)}, ${count(mixed.attempts)}`],
    ["simulated", `${(mixed.simulatedMs / 86_400_000).toFixed(1)} days`],
    ["wait of healthy lanes, p50 / p99 / longest", `${ms(p50)} / ${ms(p99)} / ${ms(longest)}`],
    [
      "the same alone",
      `${ms(percentile(alone.waitsMs, 0.5))} / ${ms(p99Alone)} / ${ms(percentile(alone.waitsMs, 1))}`,
    ],
    [
      "first delivery of each lane, p99 / longest",
      `${ms(firstP99)} / ${ms(percentile(mixed.firstWaitsMs, 1))}`,
    ],
    ["Jain's index over accounts, slots scarce", jain.toFixed(3)],
    ["most in hand, most sends at a time", `${count(mixed.mostInHand)}, ${count(mixed.mostRunning)}`],
    ["most lanes in memory", count(mixed.mostLanes)],
    ...[...mixed.slots].map(([kind, slots]): [string, string] => [`slots held, ${kind}`, slots.toFixed(1)]),
    ...[...mixed.ends]
      .toSorted((a, b) => b[1] - a[1])
      .map(([end, times]): [string, string] => [`ended ${end}`, count(times)]),
  ];
  return { lines, broken };
}

function percentile(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}
