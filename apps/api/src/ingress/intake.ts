/**
 * How much the ingress holds at once. Every request in hand keeps its body in memory until the bus has it,
 * so when the bus slows down more than this is turned away instead of piling up.
 * Rates per key and token are another matter and have their own place in front of this.
 */
import type { IncomingMessage } from "node:http";
import { unavailable } from "../errors.ts";
import { MAX_BODY_BYTES } from "../http/read-body.ts";

export interface IntakeLimits {
  readonly requests: number;
  readonly bodyBytes: number;
}

const LIMITS: IntakeLimits = { requests: 1_000, bodyBytes: 64 * MAX_BODY_BYTES };

export interface Intake {
  /** Rejects at once, without running `work`, when too much is in hand. */
  within<T>(request: Pick<IncomingMessage, "headers">, work: () => Promise<T>): Promise<T>;
}

export function createIntake(limits = LIMITS): Intake {
  let requests = 0;
  let bodyBytes = 0;
  return {
    async within(request, work) {
      const bytes = announcedBytes(request);
      if (requests >= limits.requests || bodyBytes + bytes > limits.bodyBytes) {
        throw unavailable("Too many requests are being taken in at once", 1);
      }
      requests += 1;
      bodyBytes += bytes;
      try {
        return await work();
      } finally {
        requests -= 1;
        bodyBytes -= bytes;
      }
    },
  };
}

/** What may come at most: a body without a length counts as the largest that is taken. */
function announcedBytes({ headers }: Pick<IncomingMessage, "headers">): number {
  const length = Number(headers["content-length"] ?? MAX_BODY_BYTES);
  return Math.min(length, MAX_BODY_BYTES);
}
