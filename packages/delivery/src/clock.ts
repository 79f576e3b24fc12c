/** Time, as the core is given it: simulated in tests, the machine's in the dispatcher. */

export interface Clock {
  /** Never goes back; for everything that is measured or waited for. */
  nowMs(): number;
  /** Milliseconds since the epoch; only for what is kept over a restart or shown. */
  wallMs(): number;
  /** Calls `run` once, after `delayMs`; the answer cancels it. */
  setTimer(delayMs: number, run: () => void): () => void;
}

/** `setTimeout` fires at once for longer waits than this; whoever is woken too early looks again. */
const LONGEST_TIMER_MS = 60_000;

export const machineClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, Math.ceil(delayMs)), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
