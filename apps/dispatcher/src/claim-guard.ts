/**
 * Keeps memory and store of one mind about what this dispatcher has claimed.
 *
 * When the reply to a commit or a claim is lost, the store may say "claimed by you" for rows
 * we do not know of. Without this they would wait for ever: nobody else may take them. So after
 * such a failure everything that claims waits until the unknown claims have been given back.
 */
import { StoreUnavailableError } from "@stellwerk/store";

const RETRY_MS = 250;

export class ClaimGuard {
  readonly #releaseUnknown: () => Promise<void>;
  readonly #active = new Set<Promise<unknown>>();
  #uncertain = false;
  #settling: Promise<void> | undefined;

  /** `releaseUnknown` gives back, in the store, every claim that is not in hand. */
  constructor(releaseUnknown: () => Promise<void>) {
    this.#releaseUnknown = releaseUnknown;
  }

  /** Runs what claims: `work` ends with the claims in hand, or fails. Several may run at a time. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    while (this.#uncertain) await (this.#settling ??= this.#settle());
    const running = work();
    this.#active.add(running);
    try {
      return await running;
    } catch (error) {
      if (error instanceof StoreUnavailableError) this.#uncertain = true;
      throw error;
    } finally {
      this.#active.delete(running);
    }
  }

  /** Resolves when nothing that claims is under way, and nothing is uncertain. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#active);
    while (this.#uncertain) await (this.#settling ??= this.#settle());
  }

  async #settle(): Promise<void> {
    try {
      // What is under way may be about to take claims in hand.
      await Promise.allSettled(this.#active);
      await this.#releaseUnknown();
      this.#uncertain = false;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      throw error;
    } finally {
      this.#settling = undefined;
    }
  }
}
