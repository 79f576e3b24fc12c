/**
 * Keeps what a hook URL refused, away from the hot path: a bounded queue and one writer that
 * pauses between writes, so that a flood of bad bodies is not a flood of writes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { newUuid } from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import { type Accounts, keepRejectedBodies, type NewRejectedBody } from "@stellwerk/store";
import type { Origin } from "./origin.ts";

const KEPT_BYTES = 65_536;
/** About 13 MB at most. A source keeps only its newest hundred anyway. */
const MAX_WAITING = 200;
const MAX_PER_WRITE = 100;
const PAUSE_MS = 250;

export interface Rejection {
  readonly origin: Origin;
  readonly contentType: string | undefined;
  /** Stable code. */
  readonly reason: string;
  /** One sentence. */
  readonly detail: string;
  readonly sizeBytes: number;
  readonly body: Buffer;
}

export interface RejectedRing {
  /** Never waits and never throws. */
  keep(rejection: Rejection): void;
  /** Resolves when what was kept before is written, or could not be. */
  flush(): Promise<void>;
}

export function createRejectedRing(wall: Pick<Accounts, "of">, log: Log, pauseMs = PAUSE_MS): RejectedRing {
  const waiting: NewRejectedBody[] = [];
  let writing: Promise<void> | undefined;
  let hurried = false;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MAX_PER_WRITE);
      try {
        for (const [accountId, bodies] of Map.groupBy(batch, (each) => each.accountId)) {
          await keepRejectedBodies(wall.of(accountId), bodies);
        }
      } catch (error) {
        log.warn({ err: error, count: batch.length }, "refused bodies could not be kept");
      }
      if (!hurried && waiting.length > 0) await sleep(pauseMs);
    }
    writing = undefined;
  }

  return {
    keep({ origin, contentType, reason, detail, sizeBytes, body }) {
      // The newest are worth more than the oldest.
      if (waiting.length >= MAX_WAITING) waiting.shift();
      waiting.push({
        id: newUuid(),
        accountId: origin.accountId,
        sourceId: origin.sourceId,
        receivedAt: new Date(),
        contentType: contentType ?? null,
        reason,
        detail,
        sizeBytes,
        // A copy: the slice would keep all of a large body in memory.
        body: Buffer.from(body.subarray(0, KEPT_BYTES)),
      });
      writing ??= write();
    },
    async flush() {
      hurried = true;
      await writing;
      hurried = false;
    },
  };
}
