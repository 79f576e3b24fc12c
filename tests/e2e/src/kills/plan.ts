/** Which blows, in which order: chosen by the seed. */
import type { Random } from "../random.ts";

/** Each of them at least so often, in a random order. */
export function planEach(times: Readonly<Record<string, number>>, random: Random): string[] {
  return random.shuffle(Object.entries(times).flatMap(([blow, count]) => Array<string>(count).fill(blow)));
}
