/** Scope pauses: a target asked everything over a connection, or of one subscription, to wait. */

/** Past so many, those that are over are dropped. */
const SWEEP_AT = 1_000;

export class ScopePauses {
  readonly #untilMs = new Map<string, number>();

  /** Answers false when the scope waits as long already. */
  pause(scopeKey: string, untilMs: number, nowMs: number): boolean {
    if (untilMs <= Math.max(nowMs, this.#untilMs.get(scopeKey) ?? 0)) return false;
    if (this.#untilMs.size >= SWEEP_AT) {
      for (const [key, until] of this.#untilMs) if (until <= nowMs) this.#untilMs.delete(key);
    }
    this.#untilMs.set(scopeKey, untilMs);
    return true;
  }

  /** 0: it does not wait. */
  untilMs(scopeKey: string | undefined): number {
    return scopeKey === undefined ? 0 : (this.#untilMs.get(scopeKey) ?? 0);
  }
}
