/**
 * Follows one request through undici and settles with an `Exchange`, exactly once.
 *
 * undici calls `onRequestStart` in the same turn and right before it writes to a connected socket,
 * and in no other case: that is how we know whether bytes left.
 */
import type { Dispatcher } from "undici";
import type { Exchange, FailureReason } from "./exchange.ts";
import { describeFailure, failureReasonOf } from "./failure.ts";

export interface ReplyLimits {
  /** Bytes of a reply's body that are kept. */
  readonly keepBytes: number;
  /** Read on (and thrown away) up to here to save the connection; beyond, it is dropped. */
  readonly readBytes: number;
}

const NO_BYTES = Buffer.alloc(0);

export class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly settled: Promise<Exchange>;
  readonly #settle: (exchange: Exchange) => void;
  readonly #host: string;
  readonly #limits: ReplyLimits;
  readonly #mayLeave: () => boolean;
  readonly #startedMs = performance.now();
  #controller: Dispatcher.DispatchController | undefined;
  #done = false;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #chunks: Buffer[] = [];
  #keptBytes = 0;
  #seenBytes = 0;

  constructor(host: string, limits: ReplyLimits, mayLeave: () => boolean = () => true) {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    this.settled = promise;
    this.#settle = resolve;
    this.#host = host;
    this.#limits = limits;
    this.#mayLeave = mayLeave;
  }

  /** The deadline passed, or the caller gave up. */
  stop(reason: "timeout" | "aborted"): void {
    if (this.#done) return;
    this.#finish(reason);
    // Not started: it still waits in the pool; `onRequestStart` drops it when its turn comes.
    this.#controller?.abort(new Error(reason));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#mayLeave()) this.#finish("aborted");
    // Throwing here drops the request and keeps the socket. A second start would be undici
    // sending the request again by itself, which is never ours to allow.
    if (this.#done || this.#controller !== undefined) throw new Error("request is no longer wanted");
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: RawHeaders): void {
    if (this.#done || status < 200) return;
    this.#status = status;
    this.#headers = joinHeaders(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#done) return;
    this.#seenBytes += chunk.length;
    const room = this.#limits.keepBytes - this.#keptBytes;
    if (room > 0) {
      // A copy: undici's buffer is a view on a much larger one, and the reply is kept for a while.
      const kept = Buffer.from(chunk.subarray(0, room));
      this.#chunks.push(kept);
      this.#keptBytes += kept.length;
    }
    this.#dropWhenEnough(controller);
  }

  onResponseEnd(): void {
    this.#finish(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#finish(failureReasonOf(error), error);
  }

  #dropWhenEnough(controller: Dispatcher.DispatchController): void {
    const announced = Number(this.#headers["content-length"]) || 0;
    const keptAll = this.#keptBytes >= this.#limits.keepBytes;
    if (keptAll && Math.max(announced, this.#seenBytes) > this.#limits.readBytes) {
      this.#finish(undefined);
      controller.abort(new Error("the rest of the reply is not wanted"));
    }
  }

  #finish(reason: FailureReason | undefined, error?: unknown): void {
    if (this.#done) return;
    this.#done = true;
    const durationMs = performance.now() - this.#startedMs;
    if (this.#status === 0) {
      const why = reason ?? "network";
      const detail = describeFailure(why, this.#host, error);
      this.#settle({ kind: "failed", sent: this.#controller !== undefined, reason: why, detail, durationMs });
      return;
    }
    this.#settle({
      kind: "reply",
      status: this.#status,
      headers: this.#headers,
      body: this.#chunks.length === 0 ? NO_BYTES : Buffer.concat(this.#chunks),
      truncated: reason !== undefined || this.#seenBytes > this.#keptBytes,
      cutBy: reason,
      durationMs,
    });
  }
}

type RawHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

function joinHeaders(headers: RawHeaders): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
}
