/** At a start the database may still be on its way up: wait for it, saying so, but not for ever. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "./database.ts";
import { StoreUnavailableError } from "./errors.ts";

const PAUSE_MS = 500;
const MESSAGE_EVERY_MS = 5_000;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Called at once when the database is not there, and every few seconds while it is not. */
  onWaiting(message: { waitedMs: number; reason: string }): void;
  readonly signal?: AbortSignal;
}

/** Resolves when a query was answered; throws StoreUnavailableError after `timeoutMs`. */
export async function waitForDatabase(db: Database, options: WaitOptions): Promise<void> {
  const startedAt = performance.now();
  let saidAt = -MESSAGE_EVERY_MS;
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      await db.query("SELECT 1");
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      const waitedMs = performance.now() - startedAt;
      if (waitedMs >= options.timeoutMs) throw error;
      if (waitedMs - saidAt >= MESSAGE_EVERY_MS) {
        saidAt = waitedMs;
        const { cause } = error;
        options.onWaiting({
          waitedMs: Math.round(waitedMs),
          reason: cause instanceof Error ? reasonOf(cause) : "",
        });
      }
    }
    await sleep(PAUSE_MS, undefined, { ...(options.signal && { signal: options.signal }) });
  }
}

/** A refused connection to several addresses arrives as an AggregateError with an empty message. */
function reasonOf(cause: Error): string {
  const { code } = cause as { code?: unknown };
  return cause.message || (typeof code === "string" ? code : cause.name);
}
