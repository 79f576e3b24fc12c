/**
 * How much the api holds at once. Every request in hand keeps its body in memory until the bus (or the database) has
 * it, so when that slows down more than this is turned away instead of piling up.
 * Rates per key and token are another matter: src/limits.
 */
import type { IncomingMessage } from "node:http";
import { unavailable } from "../errors.ts";
import { MAX_BODY_BYTES } from "../http/read-body.ts";

export interface IntakeLimits {
  readonly requests: number;
  readonly bodyBytes: number;
}

const LIMITS: IntakeLimits = { requests: 1_000, bodyBytes: 64 * MAX_BODY_BYTES };
/** People and programs that configure and look: each may take a while, and the database's connections are few. */
export const MANAGEMENT_LIMITS: IntakeLimits = { requests: 200, bodyBytes: 32 * MAX_BODY_BYTES };

/** Streams: each has up to 15 MiB in hand (deliveries/export.ts), for minutes. */
export const LONG_ANSWER_LIMITS: IntakeLimits = { requests: 4, bodyBytes: 4 * MAX_BODY_BYTES };

/** Up to ten seconds each, and one that is stuck holds no database connection. */
export const VENDOR_CALL_LIMITS: IntakeLimits = { requests: 32, bodyBytes: 8 * MAX_BODY_BYTES };

/** So much of it one account may hold, so that its flood is not everybody's. */
const ACCOUNT_SHARE = 0.5;

export interface Intake {
  /**
   * Rejects at once, without running `work`, when too much is in hand. `work` says whose request it is as soon as
   * it knows, which throws when that account holds its share already.
   */
  within<T>(
    request: Pick<IncomingMessage, "headers">,
    work: (countFor: (accountId: string) => void) => Promise<T>,
  ): Promise<T>;
}

/** `isTooLate`: whether the process has too much to do already. */
export function createIntake(limits = LIMITS, isTooLate: () => boolean = () => false): Intake {
  let requests = 0;
  let bodyBytes = 0;
  const accounts = new Map<string, { requests: number; bodyBytes: number }>();

  function countFor(accountId: string, bytes: number): void {
    const held = accounts.get(accountId) ?? { requests: 0, bodyBytes: 0 };
    const isShareTaken =
      held.requests >= limits.requests * ACCOUNT_SHARE ||
      held.bodyBytes + bytes > limits.bodyBytes * ACCOUNT_SHARE;
    if (isShareTaken) throw unavailable("Too many requests of this account are being taken in at once", 1);
    held.requests += 1;
    held.bodyBytes += bytes;
    accounts.set(accountId, held);
  }

  function discountFor(accountId: string, bytes: number): void {
    const held = accounts.get(accountId);
    if (held === undefined) return;
    held.requests -= 1;
    held.bodyBytes -= bytes;
    if (held.requests === 0) accounts.delete(accountId);
  }

  return {
    async within(request, work) {
      const bytes = announcedBytes(request);
      if (requests >= limits.requests || bodyBytes + bytes > limits.bodyBytes) {
        throw unavailable("Too many requests are being taken in at once", 1);
      }
      if (isTooLate()) throw unavailable("The process has more to do than it can", 2);
      requests += 1;
      bodyBytes += bytes;
      let counted: string | undefined;
      try {
        return await work((accountId) => {
          countFor(accountId, bytes);
          counted = accountId;
        });
      } finally {
        if (counted !== undefined) discountFor(counted, bytes);
        requests -= 1;
        bodyBytes -= bytes;
      }
    },
  };
}

/** What may come at most: a body whose length is not told counts as the largest that is taken. */
function announcedBytes({ headers }: Pick<IncomingMessage, "headers">): number {
  if (headers["transfer-encoding"] !== undefined) return MAX_BODY_BYTES;
  // With neither of the two there is no body (RFC 9112, 6.3).
  return Math.min(Number(headers["content-length"] ?? 0), MAX_BODY_BYTES);
}
