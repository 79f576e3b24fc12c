/** Token bucket: at most so many per second, with a small burst. Fractions are fine: 0.2 is one in five seconds. */

export interface Rate {
  readonly perSecond: number;
  /** How many may go at once after a rest; a quarter of a second's worth when not set. */
  readonly burst?: number | undefined;
}

export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  /** Begins full. */
  constructor(rate: Rate, nowMs: number) {
    this.#perMs = rate.perSecond / 1_000;
    this.#burst = Math.max(1, rate.burst ?? rate.perSecond / 4);
    this.#tokens = this.#burst;
    this.#atMs = nowMs;
  }

  /** Takes a token, or answers false. */
  take(nowMs: number): boolean {
    this.#refill(nowMs);
    if (this.#tokens < 1 - ROUNDING) return false;
    this.#tokens -= 1;
    return true;
  }

  /** When there will be a token; now or earlier when there is one. */
  nextAtMs(nowMs: number): number {
    this.#refill(nowMs);
    return this.#tokens >= 1 - ROUNDING ? nowMs : nowMs + (1 - this.#tokens) / this.#perMs;
  }

  #refill(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}

/** Sums of fractions: ten refills of 0.1 make 0.9999999999999999. */
const ROUNDING = 1e-6;
