/** Scope pauses: a target asked everything over a connection, or of one subscription, to wait. */

interface Scoped {
  readonly settings: { readonly connectionId?: string | undefined };
  readonly subscriptionId: string;
}

/** Past so many, those that are over are dropped. */
const SWEEP_AT = 1_000;

export class ScopePauses<L extends Scoped> {
  readonly #untilMs = new Map<string, number>();
  readonly #byConnection = new Map<string, Set<L>>();

  join(lane: L): void {
    const { connectionId } = lane.settings;
    if (connectionId === undefined) return;
    const lanes = this.#byConnection.get(connectionId);
    if (lanes === undefined) this.#byConnection.set(connectionId, new Set([lane]));
    else lanes.add(lane);
  }

  leave(lane: L): void {
    const { connectionId } = lane.settings;
    if (connectionId === undefined) return;
    const lanes = this.#byConnection.get(connectionId);
    if (lanes?.delete(lane) === true && lanes.size === 0) this.#byConnection.delete(connectionId);
  }

  lanesOver(connectionId: string): Iterable<L> {
    return this.#byConnection.get(connectionId) ?? [];
  }

  /** Answers false when the scope waits as long already. */
  pause(scopeKey: string, untilMs: number, nowMs: number): boolean {
    if (untilMs <= Math.max(nowMs, this.#untilMs.get(scopeKey) ?? 0)) return false;
    if (this.#untilMs.size >= SWEEP_AT) {
      for (const [key, until] of this.#untilMs) if (until <= nowMs) this.#untilMs.delete(key);
    }
    this.#untilMs.set(scopeKey, untilMs);
    return true;
  }

  /** 0: the lane does not wait. */
  untilMs({ settings, subscriptionId }: L): number {
    if (this.#untilMs.size === 0) return 0;
    const { connectionId } = settings;
    const own = this.#untilMs.get(subscriptionId) ?? 0;
    return connectionId === undefined ? own : Math.max(own, this.#untilMs.get(connectionId) ?? 0);
  }
}
