/**
 * When to start a write: at once when few records arrive, a few milliseconds later when many do.
 *
 * A commit costs far more than one record in it. At 1,000 events/s and a commit of 1 ms, writing at once
 * would mean about 0.7 transactions an event; waiting up to 10 ms makes it 0.1 (docs/decisions/0003). At 400/s it is
 * 6 ms: every stage behind this one, up to the dispatcher's transactions, is woken once a write.
 */

/** From the beginning of one write to the next, so that a slow commit does not add to the wait. */
const DEFAULT_GATHER_MS = 10;
/** The wait grows with the rate: so many milliseconds for each record a millisecond. */
const GROWTH_MS = 15;
/** Nobody came for so long: nobody will. Keeps callers that wait for their answer before they call again from idling. */
const QUIET_MS = 3;
/** Enough to share one commit. */
const ENOUGH_RECORDS = 32;
const ENOUGH_BYTES = 256 * 1024;
/** How quickly the estimate follows, in observed time, and how slowly it fades while nothing happens. */
const FOLLOW_MS = 100;
const FADE_MS = 500;

export class GatherPace {
  /**
   * Records a millisecond, counted only while a write is being gathered or in flight: a caller that publishes one
   * by one arrives right *after* a write, never during one, and so never has to wait however fast it is.
   */
  #rate = 0;
  #arrived = 0;
  #gatheredRecords = 0;
  #gatheredBytes = 0;
  #beganAt = 0;
  #wroteAt = 0;
  #endedAt = 0;
  #lastArrivalAt = 0;
  #hurrying = false;
  #wake: (() => void) | undefined;
  readonly #now: () => number;
  readonly #gatherMs: number;

  constructor(gatherMs: number = DEFAULT_GATHER_MS, now: () => number = () => performance.now()) {
    this.#gatherMs = gatherMs;
    this.#now = now;
  }

  arrived(records: number, bytes: number): void {
    this.#arrived += records;
    this.#gatheredRecords += records;
    this.#gatheredBytes += bytes;
    this.#lastArrivalAt = this.#now();
    if (this.#hasEnough()) this.#wake?.();
  }

  /** A cycle begins: something waits to be written. */
  begin(): void {
    this.#beganAt = this.#now();
    this.#rate *= Math.exp(-(this.#beganAt - this.#endedAt) / FADE_MS);
    this.#arrived = 0;
  }

  async waitForCompany(): Promise<void> {
    const windowMs = Math.min(this.#gatherMs, this.#rate * GROWTH_MS);
    // Company is likely.
    while (this.#rate * windowMs >= 1 && !this.#hasEnough()) {
      const now = this.#now();
      const leftMs = Math.min(this.#wroteAt + windowMs - now, this.#lastArrivalAt + QUIET_MS - now);
      if (leftMs <= 0) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.ceil(leftMs));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    this.#wroteAt = this.#now();
  }

  /** The write is done; so much arrived meanwhile and waits for the next. */
  end(waitingRecords: number, waitingBytes: number): void {
    this.#endedAt = this.#now();
    const tookMs = this.#endedAt - this.#beganAt;
    if (tookMs > 0) this.#rate += (1 - Math.exp(-tookMs / FOLLOW_MS)) * (this.#arrived / tookMs - this.#rate);
    this.#gatheredRecords = waitingRecords;
    this.#gatheredBytes = waitingBytes;
  }

  /** From now on nothing waits for company. */
  hurry(): void {
    this.#hurrying = true;
    this.#wake?.();
  }

  #hasEnough(): boolean {
    return this.#hurrying || this.#gatheredRecords >= ENOUGH_RECORDS || this.#gatheredBytes >= ENOUGH_BYTES;
  }
}
