/** The one budget of time that an attempt has over everything it does. */
import type { Outcome } from "./outcome.ts";

export interface AttemptTimeOptions {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Could something have happened at the target by now? */
  mayHaveArrived?(): boolean;
}

export class AttemptTime implements Disposable {
  /** Resolves when the time is up or the caller gave up; for a connector that does not listen to `signal`. */
  readonly stopped: Promise<Outcome>;
  readonly #endsMs: number;
  readonly #options: AttemptTimeOptions;
  readonly #aborting = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #resolve: (outcome: Outcome) => void;

  constructor(options: AttemptTimeOptions) {
    this.#options = options;
    this.#endsMs = performance.now() + options.deadlineMs;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.stopped = promise;
    this.#resolve = resolve;
    this.#timer = setTimeout(() => this.#stop("timeout"), options.deadlineMs);
    options.signal?.addEventListener("abort", this.#abort, { once: true });
    if (options.signal?.aborted === true) this.#abort();
  }

  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  get leftMs(): number {
    return Math.max(1, this.#endsMs - performance.now());
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => this.#stop("aborted");

  #stop(reason: "timeout" | "aborted"): void {
    this.#aborting.abort();
    const detail =
      reason === "timeout"
        ? "The attempt took longer than its deadline."
        : "The attempt was stopped on our side.";
    this.#resolve({ kind: this.#options.mayHaveArrived?.() === true ? "in_doubt" : "retry", reason, detail });
  }
}
