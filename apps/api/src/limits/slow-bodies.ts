/**
 * Bodies that come too slowly. Each one that is being read holds its share of the intake, so a client that drips
 * its body would keep others out; Node's own limit is for the request as a whole and far longer.
 */

const CHECK_EVERY_MS = 500;

export interface BodyPace {
  /** It may be slower than the rate so long. */
  readonly graceMs: number;
  readonly bytesPerSecond: number;
}

export const BODY_PACE: BodyPace = { graceMs: 5_000, bytesPerSecond: 1_024 };

export interface WatchedBody {
  readonly pace: BodyPace;
  readonly startedAt: number;
  readonly receivedBytes: () => number;
  readonly onTooSlow: () => void;
}

const reading = new Set<WatchedBody>();
let timer: NodeJS.Timeout | undefined;

/** Until `unwatchBody`. One timer for all, and none while no body is read. */
export function watchBody(pace: BodyPace, receivedBytes: () => number, onTooSlow: () => void): WatchedBody {
  const body = { pace, startedAt: performance.now(), receivedBytes, onTooSlow };
  reading.add(body);
  timer ??= setInterval(check, CHECK_EVERY_MS).unref();
  return body;
}

export function unwatchBody(body: WatchedBody): void {
  reading.delete(body);
}

function check(): void {
  const now = performance.now();
  for (const { pace, startedAt, receivedBytes, onTooSlow } of reading) {
    const elapsedMs = now - startedAt;
    if (elapsedMs > pace.graceMs && receivedBytes() * 1_000 < elapsedMs * pace.bytesPerSecond) onTooSlow();
  }
  if (reading.size === 0) {
    clearInterval(timer);
    timer = undefined;
  }
}
