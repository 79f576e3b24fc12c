/** When a call is repeated, and how long it waits before. */

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;
/** Who is asked to wait longer than this wants to know it instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** The statuses that say that nothing was done and that it may be tried again. */
const RETRYABLE = new Set([429, 503]);

export function isRetryable(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * Milliseconds before the next attempt; undefined: give up. What the api asks for is never cut short, and
 * randomness is added so that clients that failed together do not come back together.
 */
export function waitBefore(
  attempt: number,
  retryAfter: string | null,
  random: () => number = Math.random,
): number | undefined {
  const asked = retryAfterMs(retryAfter);
  if (asked > LONGEST_RETRY_AFTER_MS) return undefined;
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return asked + most * (asked > 0 ? random() / 2 : (1 + random()) / 2);
}

/** Seconds, or a date; 0 when there is neither. */
function retryAfterMs(header: string | null): number {
  if (header === null) return 0;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}

/** Rejects with the signal's reason when it aborts first. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
