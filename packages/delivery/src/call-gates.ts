/**
 * What a connector declares of its calls beyond lanes: never two at a time for one key, so many at a time or a second
 * over a connection, and what a target asked to wait for, where that is less than the connection (a channel).
 * All lanes of a connection are in one process, so it is exact in memory.
 */
import { TokenBucket } from "./token-bucket.ts";

export interface CallKeys {
  readonly connectionId: string;
  /** Two calls with one of these over a connection are never in flight together. */
  readonly serialiseBy?: string | undefined;
  /** What the target counts its rate by. */
  readonly limitBy?: string | undefined;
  /** Of the connection. */
  readonly concurrency?: number | undefined;
  readonly perSecond?: number | undefined;
}

/** `free`: resolves when it is worth asking again; without it, `waitMs` says when. */
export type Entered =
  | { readonly ok: true; readonly leave: () => void }
  | { readonly ok: false; readonly free: Promise<void> }
  | { readonly ok: false; readonly free?: undefined; readonly waitMs: number };

interface Held {
  count: number;
  readonly waiting: (() => void)[];
}

/** Past so many, those that are over or full again are dropped. */
const SWEEP_AT = 1_000;

export class CallGates {
  readonly #held = new Map<string, Held>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #pausedUntilMs = new Map<string, number>();

  /** Whoever enters leaves, however the call ended. */
  enter(keys: CallKeys, nowMs: number): Entered {
    const pausedMs = (this.#pausedUntilMs.get(limitKey(keys)) ?? 0) - nowMs;
    if (pausedMs > 0) return { ok: false, waitMs: pausedMs };
    const wanted = placesOf(keys);
    for (const [key, most] of wanted) {
      const held = this.#held.get(key);
      if (held !== undefined && held.count >= most) {
        return { ok: false, free: new Promise((resolve) => held.waiting.push(resolve)) };
      }
    }
    const bucket = this.#bucketOf(keys, nowMs);
    if (bucket !== undefined && !bucket.take(nowMs)) {
      return { ok: false, waitMs: bucket.nextAtMs(nowMs) - nowMs };
    }
    for (const [key] of wanted) this.#hold(key);
    let isHeld = true;
    const leave = (): void => {
      if (isHeld) for (const [key] of wanted) this.#free(key);
      isHeld = false;
    };
    return { ok: true, leave };
  }

  /** The target asked this part of it to wait. */
  pause(keys: Pick<CallKeys, "connectionId" | "limitBy">, untilMs: number, nowMs: number): void {
    const key = limitKey(keys);
    if (this.#pausedUntilMs.size >= SWEEP_AT) {
      for (const [each, until] of this.#pausedUntilMs) if (until <= nowMs) this.#pausedUntilMs.delete(each);
    }
    this.#pausedUntilMs.set(key, Math.max(untilMs, this.#pausedUntilMs.get(key) ?? 0));
  }

  #bucketOf({ connectionId, perSecond }: CallKeys, nowMs: number): TokenBucket | undefined {
    if (perSecond === undefined) return undefined;
    let bucket = this.#buckets.get(connectionId);
    if (bucket === undefined) {
      if (this.#buckets.size >= SWEEP_AT) this.#buckets.clear();
      // One a second means one at a time: a burst would be refused by a vendor that counts.
      bucket = new TokenBucket({ perSecond, burst: 1 }, nowMs);
      this.#buckets.set(connectionId, bucket);
    }
    return bucket;
  }

  #hold(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) this.#held.set(key, { count: 1, waiting: [] });
    else held.count += 1;
  }

  #free(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    held.count -= 1;
    // All of them: whoever does not get in waits again, and none is forgotten that gave up meanwhile.
    for (const resolve of held.waiting.splice(0)) resolve();
    if (held.count === 0) this.#held.delete(key);
  }
}

function limitKey({ connectionId, limitBy = "" }: Pick<CallKeys, "connectionId" | "limitBy">): string {
  return `${connectionId} ${limitBy}`;
}

/** What a call holds while it runs, and how many may at a time. */
function placesOf({ connectionId, serialiseBy, concurrency }: CallKeys): [key: string, most: number][] {
  const places: [string, number][] = [];
  if (serialiseBy !== undefined) places.push([`one ${connectionId} ${serialiseBy}`, 1]);
  if (concurrency !== undefined) places.push([`all ${connectionId}`, concurrency]);
  return places;
}
