/** Whether the event loop keeps up: a timer that comes far too late twice in a row says that it does not. */

const TICK_MS = 250;
/** Once may be a garbage collection or a machine that slept. */
const TOO_LATE_MS = 1_000;

export interface LoopDelay {
  readonly isTooLong: () => boolean;
  stop(): void;
}

export function watchLoopDelay(tickMs = TICK_MS, tooLateMs = TOO_LATE_MS): LoopDelay {
  let lastAt = performance.now();
  let lateInARow = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    lateInARow = now - lastAt - tickMs > tooLateMs ? lateInARow + 1 : 0;
    lastAt = now;
  }, tickMs).unref();
  return { isTooLong: () => lateInARow > 1, stop: () => clearInterval(timer) };
}
