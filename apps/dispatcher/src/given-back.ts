/** Gives claims back that were never started: their lane was paused, or its breaker opened. */
import type { Log } from "@stellwerk/log";
import { releaseClaims, type ClaimedDelivery, type Database } from "@stellwerk/store";

const RETRY_MS = 250;

export interface GivenBackOptions {
  readonly db: Database;
  readonly dispatcherId: string;
  readonly log: Log;
  /** They wait in the store again. */
  onReleased(deliveries: readonly ClaimedDelivery[]): void;
}

export class GivenBack {
  readonly #options: GivenBackOptions;
  #pending: ClaimedDelivery[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: GivenBackOptions) {
    this.#options = options;
  }

  add(deliveries: readonly ClaimedDelivery[]): void {
    this.#pending.push(...deliveries);
    this.#running ??= this.#releaseAll().finally(() => (this.#running = undefined));
  }

  /** What cannot be given back now waits for the next start, marked possibly sent, although it was not. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #releaseAll(): Promise<void> {
    const { db, dispatcherId, log } = this.#options;
    // Not at once: a pause of many lanes gives back many times in one go.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0);
      try {
        await releaseClaims(db, dispatcherId, batch);
        this.#options.onReleased(batch);
      } catch (error) {
        this.#pending.unshift(...batch);
        log.warn({ err: error, deliveries: batch.length }, "deliveries cannot be given back; trying again");
        if (this.#stopped) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}
