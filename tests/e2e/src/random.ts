/**
 * Randomness that can be had again: the same seed gives the same victims and moments.
 * What the machine does in between is not ours, so a replay comes near, not the same microsecond.
 */
export interface Random {
  readonly seed: number;
  /** In [from, to). */
  between(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  shuffle<T>(list: readonly T[]): T[];
}

/** E2E_SEED, or one that nobody chose. */
export function seedFromEnvironment(): number {
  const given = process.env["E2E_SEED"];
  if (given === undefined || given === "") return Math.floor(Math.random() * 2 ** 31);
  const seed = Number(given);
  if (!Number.isSafeInteger(seed))
    throw new Error(`E2E_SEED is ${JSON.stringify(given)}; expected a whole number`);
  return seed;
}

/** mulberry32: small, and good enough to choose moments. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + next() * (to - from);
  return {
    seed,
    between,
    pick(list) {
      const picked = list[Math.floor(next() * list.length)];
      if (picked === undefined) throw new Error("there is nothing to pick from");
      return picked;
    },
    shuffle(list) {
      return list
        .map((item) => ({ item, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ item }) => item);
    },
  };
}
