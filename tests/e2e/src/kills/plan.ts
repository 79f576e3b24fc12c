/** Which blows, in which order: chosen by the seed. */
import type { Random } from "../random.ts";

/** Each of them at least so often, in a random order. */
export function planEach(times: Readonly<Record<string, number>>, random: Random): string[] {
  return random.shuffle(Object.entries(times).flatMap(([blow, count]) => Array<string>(count).fill(blow)));
}

/** `count` of them, all about as often. */
export function planMany(blows: readonly string[], count: number, random: Random): string[] {
  const rounds = Array.from({ length: Math.ceil(count / blows.length) }, () => random.shuffle(blows));
  return rounds.flat().slice(0, count);
}
