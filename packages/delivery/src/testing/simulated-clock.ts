/** A clock that moves when it is told to, for tests and simulations. */
import type { Clock } from "../clock.ts";
import { TimeHeap } from "../time-heap.ts";

interface Timer {
  run: (() => void) | undefined;
}

export class SimulatedClock implements Clock {
  readonly #startWallMs: number;
  readonly #timers = new TimeHeap<Timer>();
  #nowMs = 0;

  constructor(startWallMs = Date.UTC(2026, 10, 23)) {
    this.#startWallMs = startWallMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#startWallMs + this.#nowMs;
  }

  setTimer(delayMs: number, run: () => void): () => void {
    const timer: Timer = { run };
    this.#timers.push(this.#nowMs + Math.max(0, delayMs), timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** When the next timer fires; undefined: never. */
  get nextTimerAtMs(): number | undefined {
    return this.#timers.nextAtMs;
  }

  /** Moves to the next timer that is due by then and runs it; false when there is none, and it is then. */
  step(untilMs: number): boolean {
    const atMs = this.#timers.nextAtMs;
    if (atMs === undefined || atMs > untilMs) {
      this.#nowMs = Math.max(this.#nowMs, untilMs);
      return false;
    }
    this.#nowMs = Math.max(this.#nowMs, atMs);
    this.#timers.popDue(atMs)?.run?.();
    return true;
  }

  /** Time goes by; what timers started has come as far as it comes without them. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await settle();
    while (this.step(untilMs)) {
      // Enough for a promise that a timer resolved: `Lanes` goes on in its `finally`.
      await settle(2);
    }
  }
}

/** Runs what was resolved. */
export async function settle(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
}
