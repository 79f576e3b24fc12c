/**
 * Gives claims back that were never started: their lane was paused, or its breaker opened. Each exactly once: to
 * release one that was claimed again meanwhile would send it twice.
 */
import type { Log } from "@stellwerk/log";
import { releaseClaims, type ClaimedDelivery, type Database } from "@stellwerk/store";
import type { ClaimGuard } from "./claim-guard.ts";

const RETRY_MS = 250;

export interface GivenBackOptions {
  readonly db: Database;
  readonly dispatcherId: string;
  readonly log: Log;
  readonly claims: ClaimGuard;
  /** They wait in the store again. */
  onReleased(deliveries: readonly ClaimedDelivery[]): void;
}

export class GivenBack {
  readonly #options: GivenBackOptions;
  readonly #pending: ClaimedDelivery[] = [];
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: GivenBackOptions) {
    this.#options = options;
  }

  add(deliveries: readonly ClaimedDelivery[]): void {
    this.#pending.push(...deliveries);
    this.#run();
  }

  /** `releaseUnknown` releases every claim that is not in hand, and with them these. */
  async leaveTo(releaseUnknown: () => Promise<void>): Promise<void> {
    // What is given back from here on is in hand now. Nobody takes from the front meanwhile: the guard is busy.
    const count = this.#pending.length;
    await releaseUnknown();
    this.#options.onReleased(this.#pending.splice(0, count));
  }

  /** Resolves when everything that was to be given back is. */
  async done(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** What cannot be given back now waits for the next start, marked possibly sent, although it was not. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  #run(): void {
    this.#running ??= this.#releaseAll().finally(() => {
      this.#running = undefined;
      if (this.#pending.length > 0 && !this.#stopped) this.#run();
    });
  }

  async #releaseAll(): Promise<void> {
    // Not at once: a pause of many lanes gives back many times in one go.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      try {
        this.#options.onReleased(await this.#options.claims.run(() => this.#release()));
      } catch (error) {
        this.#options.log.warn({ err: error }, "deliveries cannot be given back; trying again");
        if (this.#stopped) return;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Taken only here, behind the guard: it may have released everything while we waited for it. */
  async #release(): Promise<readonly ClaimedDelivery[]> {
    const batch = this.#pending.splice(0);
    try {
      if (batch.length > 0) await releaseClaims(this.#options.db, this.#options.dispatcherId, batch);
    } catch (error) {
      // They may be released all the same: the guard settles that before anything else is claimed.
      this.#pending.unshift(...batch);
      throw error;
    }
    return batch;
  }
}
