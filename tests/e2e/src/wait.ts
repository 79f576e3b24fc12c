/** Waiting for something to become true, with a reason when it does not. */
import { setTimeout as pause } from "node:timers/promises";

export interface WaitOptions {
  readonly withinMs: number;
  /** Ends "gave up waiting for …"; a function can tell how far it came. */
  readonly what: string | (() => string);
  readonly everyMs?: number;
}

/** Resolves with the first answer that is neither undefined nor false. */
export async function waitFor<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  { withinMs, what, everyMs = 50 }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) {
      throw new Error(`gave up after ${withinMs} ms waiting for ${typeof what === "string" ? what : what()}`);
    }
    await pause(everyMs);
  }
}
