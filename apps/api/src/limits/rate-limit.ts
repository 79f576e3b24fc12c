/**
 * Rates: a token bucket for every key, hook URL or client address, kept as one number each: the moment at which the
 * bucket would be full again (GCRA). A full bucket is no entry at all, so only those in use take memory.
 */

/** Swept this often at most, and only while somebody takes something. */
const SWEEP_MS = 10_000;
/** A bound for the case that the ids are not ours to choose, as client addresses are. */
const MAX_BUCKETS = 50_000;
/** Nobody has to wait longer than this for what it took too much. */
const MAX_DEBT_MS = 60_000;
/** Sums of fractions of a millisecond are never exact. */
const ROUNDING_MS = 1e-3;

export interface Rate {
  /** 0: no limit. */
  readonly perSecond: number;
  /** What may come at once after a pause. */
  readonly burst: number;
}

export interface RateLimit {
  readonly rate: Rate;
  /** 0: there is one left; otherwise how many whole seconds until there is. */
  waitSeconds(id: string): number;
  /** Takes `count` even if fewer are left: a batch is never split, those after it pay for it. */
  charge(id: string, count: number): void;
  /** Takes one if there is one, and answers as `waitSeconds`. */
  take(id: string): number;
}

export function createRateLimit(
  rate: Rate,
  options: { readonly now?: () => number; readonly maxBuckets?: number } = {},
): RateLimit {
  const now = options.now ?? (() => performance.now());
  const maxBuckets = options.maxBuckets ?? MAX_BUCKETS;
  const msPerOne = 1_000 / rate.perSecond;
  const burstMs = rate.burst * msPerOne;
  const fullAt = new Map<string, number>();
  let sweepAt = Number.NEGATIVE_INFINITY;

  /** Without it, whoever came once would stay for ever. */
  function sweep(time: number): void {
    sweepAt = time + SWEEP_MS;
    for (const [id, at] of fullAt) if (at <= time) fullAt.delete(id);
  }

  function waitFor(at: number, time: number): number {
    const overMs = at + msPerOne - time - burstMs;
    return overMs < ROUNDING_MS ? 0 : Math.ceil((overMs - ROUNDING_MS) / 1_000);
  }

  const limit: RateLimit = {
    rate,
    waitSeconds(id) {
      const time = now();
      return waitFor(Math.max(fullAt.get(id) ?? time, time), time);
    },
    charge(id, count) {
      const time = now();
      const at = Math.max(fullAt.get(id) ?? time, time) + count * msPerOne;
      fullAt.set(id, Math.min(at, time + burstMs + MAX_DEBT_MS));
      if (time >= sweepAt || fullAt.size > maxBuckets) sweep(time);
      // All in use: the oldest is forgotten, which lets it begin anew. Better than growing without end.
      if (fullAt.size > maxBuckets) fullAt.delete(fullAt.keys().next().value ?? id);
    },
    take(id) {
      const wait = limit.waitSeconds(id);
      if (wait === 0) limit.charge(id, 1);
      return wait;
    },
  };
  return rate.perSecond === 0 ? { rate, waitSeconds: () => 0, charge: () => {}, take: () => 0 } : limit;
}
