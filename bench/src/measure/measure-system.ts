/** Everything that is measured of one system: warm-up, idle, each rate. */
import { setTimeout as pause } from "node:timers/promises";
import type { Options } from "../options.ts";
import type { StartSystem } from "../systems/system.ts";
import { findMaxRate } from "./find-max-rate.ts";
import type { Instruments } from "./instruments.ts";
import { measureAt, measureUnpaced, type Measurement } from "./measure.ts";
import type { Bench } from "./run-phase.ts";
import { watchProcesses } from "./watch-processes.ts";

export interface SystemResult {
  readonly name: string;
  /** Share of one core by process, in percent, with no traffic; undefined when not measured. */
  readonly idlePercent: Readonly<Record<string, number>> | undefined;
  readonly measurements: readonly (Measurement & { readonly isMax: boolean })[];
  /** All that was sent, warm-up and search included: an event lost there is lost as well. */
  readonly everything: readonly Measurement[];
}

const WARM_UP = { rate: 500, seconds: 4 };
/** What the warm-up left behind (checkpoints, garbage) is not idling. */
const SETTLE_MS = 2_000;
const UNPACED = { inFlight: 256, seconds: 4 };
/** A step of the search; the rate that is reported was held this long. */
const LONGEST_STEP_SECONDS = 5;

export async function measureSystem(
  start: StartSystem,
  instruments: Instruments,
  options: Options,
  profileDir: string | undefined,
  say: (line: string) => void,
): Promise<SystemResult> {
  const targets = Array.from({ length: options.fanOut }, (_, index) => instruments.targetUrl(index));
  const system = await start({ targets, bystanders: options.bystanders, profileDir });
  try {
    const bench: Bench = { system, instruments, targets: options.fanOut };
    const everything: Measurement[] = [];
    const tryRate = async (rate: number, seconds: number): Promise<Measurement> => {
      say(`${system.name}: ${rate} events/s for ${seconds} s`);
      const measurement = await measureAt(bench, rate, seconds);
      everything.push(measurement);
      return measurement;
    };

    await tryRate(WARM_UP.rate, WARM_UP.seconds);
    const idlePercent = await measureIdle(bench, options.idleSeconds, say);
    const measurements: (Measurement & { isMax: boolean })[] = [];
    for (const rate of options.rates) {
      if (rate !== "max") {
        measurements.push({ ...(await tryRate(rate, options.seconds)), isMax: false });
        continue;
      }
      say(`${system.name}: as fast as it takes them for ${UNPACED.seconds} s`);
      const unpaced = await measureUnpaced(bench, UNPACED.inFlight, UNPACED.seconds);
      everything.push(unpaced);
      const seconds = Math.min(options.seconds, LONGEST_STEP_SECONDS);
      const estimate = unpaced.deliveriesPerSecond / options.fanOut;
      measurements.push({ ...(await findMaxRate(estimate, (each) => tryRate(each, seconds))), isMax: true });
    }
    return { name: system.name, idlePercent, measurements, everything };
  } finally {
    await system.stop();
  }
}

async function measureIdle(
  { system }: Bench,
  seconds: number,
  say: (line: string) => void,
): Promise<SystemResult["idlePercent"]> {
  // The bare loop has no database, no timers and nothing to idle with.
  if (seconds === 0 || !system.countWritingTransactions) return undefined;
  say(`${system.name}: idle for ${seconds} s`);
  await pause(SETTLE_MS);
  const stopWatching = watchProcesses(system.processes);
  await pause(seconds * 1_000);
  const costs = stopWatching();
  return costs && Object.fromEntries(costs.processes.map(({ name, cpuMs }) => [name, cpuMs / seconds / 10]));
}
