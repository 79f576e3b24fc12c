/** One connection that waits for notifications, and comes back by itself when it was lost. */
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { attempt } from "./unavailable.ts";

export interface Listener {
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly config: pg.ClientConfig;
  readonly channels: readonly string[];
  readonly onNotify: (channel: string, payload: string) => void;
  /** Called after each (re)connection: what was notified before is lost. */
  readonly onGap: () => void;
  /** How often a silent connection is asked whether it still lives; default 15 s. */
  readonly heartbeatMs?: number;
}

/** First pause before reconnecting, doubling to `MAX_RECONNECT_MS`. */
const RECONNECT_MS = 100;
const MAX_RECONNECT_MS = 2_000;
const HEARTBEAT_MS = 15_000;

/** Rejects when the first connection fails; after that it tries for ever. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const closing = new AbortController();
  let client = await attempt(() => connect(options));
  options.onGap();
  const kept = keepListening();

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      await untilLost(client, options.heartbeatMs ?? HEARTBEAT_MS, closing.signal);
      let pauseMs = RECONNECT_MS;
      while (!closing.signal.aborted) {
        await pause(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, MAX_RECONNECT_MS);
        const next = closing.signal.aborted ? undefined : await connect(options).catch(() => undefined);
        if (!next) continue;
        client = next;
        options.onGap();
        break;
      }
    }
    await client.end().catch(() => {});
  }

  return {
    async close() {
      closing.abort();
      await kept;
    },
  };
}

async function connect({ config, channels, onNotify }: ListenOptions): Promise<pg.Client> {
  const client = new pg.Client(config);
  client.on("notification", (message) => onNotify(message.channel, message.payload ?? ""));
  // The loss shows in "end"; without a listener this event would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    for (const channel of channels) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/**
 * Resolves when the connection is gone or `signal` is aborted. It only ever receives, so nothing but
 * a question of ours finds out that the other side vanished without a word (a cut cable, a failover).
 */
function untilLost(client: pg.Client, heartbeatMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let answered = true;
    const heartbeat = setInterval(() => {
      if (!answered) return lost();
      answered = false;
      client.query("SELECT 1").then(() => (answered = true), lost);
    }, heartbeatMs);
    function lost(): void {
      clearInterval(heartbeat);
      client.off("end", lost);
      signal.removeEventListener("abort", lost);
      // With a question unanswered this cuts the socket instead of waiting for a goodbye.
      if (!signal.aborted) client.end().catch(() => {});
      resolve();
    }
    client.once("end", lost);
    signal.addEventListener("abort", lost);
  });
}
