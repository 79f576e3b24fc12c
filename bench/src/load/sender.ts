/** Sends events over a bounded pool of kept connections and writes into the ledger what came back. */
import { Pool, type Dispatcher } from "undici";
import { monotonicMs } from "../monotonic-clock.ts";
import { makeBody } from "./event-body.ts";
import { NO_ANSWER, type SentLedger } from "./sent-ledger.ts";

const CONNECTIONS = 128;
const ANSWER_TIMEOUT_MS = 10_000;

export interface Sender {
  /** Sent or waiting for a free connection. */
  readonly inFlight: number;
  send(ledger: SentLedger, index: number): void;
  /** Resolves when every answer is there; what has none after `timeoutMs` counts as unanswered. */
  drain(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The URLs, of one origin, take turns. */
export function openSender(urls: readonly string[], onAnswer: () => void = () => {}): Sender {
  const { origin } = new URL(urls[0] ?? "");
  const paths = urls.map((url) => new URL(url).pathname);
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const headers = { "content-type": "application/json" };
  let inFlight = 0;
  let whenDrained = () => {};

  function finished(): void {
    inFlight -= 1;
    onAnswer();
    if (inFlight === 0) whenDrained();
  }

  return {
    get inFlight() {
      return inFlight;
    },
    send(ledger, index) {
      inFlight += 1;
      ledger.sentAt[index] = monotonicMs();
      ledger.status[index] = NO_ANSWER;
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          ledger.status[index] = status;
        },
        onResponseData() {},
        onResponseEnd() {
          ledger.answeredAt[index] = monotonicMs();
          finished();
        },
        onResponseError() {
          ledger.status[index] = NO_ANSWER;
          finished();
        },
      };
      const body = makeBody(ledger.firstSequence + index);
      const path = paths[index % paths.length] ?? "/";
      pool.dispatch({ path, method: "POST", headers, body }, handler);
    },
    async drain(timeoutMs) {
      if (inFlight === 0) return;
      const timer = setTimeout(() => void pool.destroy(), timeoutMs);
      await new Promise<void>((resolve) => (whenDrained = resolve));
      clearTimeout(timer);
    },
    close: () => pool.close(),
  };
}
