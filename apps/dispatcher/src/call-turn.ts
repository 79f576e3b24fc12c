/** Waits for what a connector declares of its calls (`serialiseBy`, `limitBy`, a connection's limits). */
import type { CallGates, CallKeys, Decision } from "@stellwerk/delivery";
import type { Runnable, Target } from "./targets.ts";

/** A delivery waits in hand for its turn at most so long; then it goes back, so that its lane's places are free. */
const LONGEST_TURN_MS = 2_000;
/** How long it then waits before it asks again. */
const AGAIN_MS = 1_000;

const NO_GATE = (): void => {};

/** Undefined: nothing is declared, as for webhooks. */
export function callKeys(target: Target, { connector, action, input }: Runnable): CallKeys | undefined {
  const { limits } = connector.connection;
  const serialiseBy = action.serialiseBy?.(input);
  const limitBy = action.limitBy?.(input);
  if (serialiseBy === undefined && limitBy === undefined && limits === undefined) return undefined;
  return { connectionId: target.connectionId, serialiseBy, limitBy, ...limits };
}

/** Answers how to leave, or that it is not its turn yet. */
export async function takeTurn(
  gates: CallGates,
  keys: CallKeys | undefined,
  isStopped: () => boolean,
): Promise<{ readonly leave: () => void } | Decision> {
  if (keys === undefined) return { leave: NO_GATE };
  const untilMs = performance.now() + LONGEST_TURN_MS;
  for (;;) {
    const nowMs = performance.now();
    const entered = gates.enter(keys, nowMs);
    if (entered.ok) return entered;
    const leftMs = untilMs - nowMs;
    if (entered.free === undefined) {
      if (entered.waitMs > leftMs) return later(entered.waitMs, "rate_limited");
      await wait(entered.waitMs);
    } else {
      if (leftMs <= 0) return later(AGAIN_MS, "busy");
      await Promise.race([entered.free, wait(leftMs)]);
    }
    if (isStopped()) return later(0, "busy");
  }
}

function later(afterMs: number, reason: "busy" | "rate_limited"): Decision {
  const detail =
    reason === "busy"
      ? "Another one for the same thing is on its way"
      : "As many as the target takes in this time were sent";
  return { kind: "retry", afterMs, countsAttempt: false, possiblySent: false, reason, detail };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
