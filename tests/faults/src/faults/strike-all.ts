/** Strikes what is planned, a few at a time, nothing twice at the same time. */
import { setTimeout as pause } from "node:timers/promises";
import { monotonicMs } from "../stage/monotonic.ts";
import type { Strike } from "./fault.ts";
import { ownerOf } from "./members.ts";
import type { Planned } from "./plan.ts";

/** Faults overlap: most that goes wrong goes wrong while something else does. */
const AT_ONCE = 4;
const CALM_MS = [50, 600] as const;

export interface Struck {
  readonly name: string;
  readonly victim: string;
  readonly kills: boolean;
  /** On the machine's monotonic clock. */
  readonly atMs: number;
  /** Until what was hit ran again. */
  readonly backAfterMs: number;
}

export async function strikeAll(
  strike: Strike,
  plan: readonly Planned[],
  onStruck: (struck: Struck) => void,
): Promise<Struck[]> {
  const waiting = [...plan];
  const busy = new Set<string>();
  const struck: Struck[] = [];
  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await pause(strike.random.between(...CALM_MS));
      const index = waiting.findIndex((each) => holds(each).every((one) => !busy.has(one)));
      const [next] = index === -1 ? [] : waiting.splice(index, 1);
      if (next === undefined) continue;
      for (const each of holds(next)) busy.add(each);
      const { kind, victim } = next;
      const atMs = monotonicMs();
      try {
        await kind.strike(strike, victim);
      } catch (error) {
        throw new Error(`"${kind.name}" on ${victim} did not end well`, { cause: error });
      }
      for (const each of holds(next)) busy.delete(each);
      const { name, kills } = kind;
      const done = { name, victim, kills, atMs, backAfterMs: monotonicMs() - atMs };
      struck.push(done);
      onStruck(done);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return struck;
}

/** A process and what belongs to it are one. */
function holds({ kind, victim }: Planned): readonly string[] {
  return kind.holds?.(victim) ?? [ownerOf(victim)];
}
