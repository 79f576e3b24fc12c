/**
 * What an exchange means when the connector does not say: the default table for APIs.
 * Reasons are stable codes; details name the status and never quote the body, which may hold a secret.
 */
import type { Exchange, Failure, Reply } from "./exchange.ts";
import type { Outcome } from "./outcome.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Asked to slow down, but not for how long. */
const DEFAULT_PAUSE_MS = 60_000;

/** A wait uses up no attempt, so "0 seconds", or a date just past, would be asked again in a tight loop. */
const SHORTEST_PAUSE_MS = 1_000;

export function classifyExchange(exchange: Exchange, now: Date): Outcome {
  return exchange.kind === "reply" ? classifyReply(exchange, now) : classifyFailure(exchange);
}

/** No reply: nothing can have happened unless bytes left. */
export function classifyFailure(failure: Failure): Outcome {
  const { reason, detail } = failure;
  if (failure.sent) return { kind: "in_doubt", reason, detail: `${detail} It may have arrived.` };
  return { kind: reason === "invalid_request" ? "rejected" : "retry", reason, detail };
}

function classifyReply(reply: Reply, now: Date): Outcome {
  const { status } = reply;
  const detail = `The target answered ${status}.`;
  if (status >= 200 && status < 300) {
    return {
      kind: "delivered",
      summary: { en: `Accepted with ${status}.`, de: `Mit ${status} angenommen.` },
    };
  }
  if (status >= 300 && status < 400) {
    return { kind: "rejected", reason: "redirect_refused", detail: `${detail} Redirects are not followed.` };
  }
  switch (status) {
    case 401:
      // Without a token that could be renewed, it takes a person: `performAttempt` knows.
      return { kind: "auth", step: "refresh", reason: "unauthorized", detail };
    case 402:
    case 403:
    case 501:
    case 505:
      return { kind: "misconfigured", reason: "http_status", detail };
    case 429: {
      const afterMs =
        retryAfterMs(reply.headers, now) ?? resetAfterMs(reply.headers, now) ?? DEFAULT_PAUSE_MS;
      return {
        kind: "rate_limited",
        reason: "rate_limited",
        detail,
        afterMs: Math.max(SHORTEST_PAUSE_MS, afterMs),
      };
    }
    case 503:
      return { kind: "retry", reason: "http_status", detail, ...askedWait(reply, now) };
    case 408:
    case 425:
      return { kind: "in_doubt", reason: "http_status", detail, ...askedWait(reply, now) };
  }
  if (status >= 500) return { kind: "in_doubt", reason: "http_status", detail, ...askedWait(reply, now) };
  return { kind: "rejected", reason: "http_status", detail };
}

/** An unknown error inside a 2xx may pass; what has come so often will not. */
const MOST_UNKNOWN = 4;

/**
 * For a vendor that answers 200 and says in the body that it failed, with a code that nobody has heard of: tried again
 * a few times, then rejected.
 *
 * @example classify: (exchange, now, { attempt }) => … unknownCode(String(body.error), attempt)
 */
export function unknownCode(code: string, attempt: number): Outcome {
  const detail = `The target accepted the request and answered with an unknown error: ${code.slice(0, 200)}.`;
  return { kind: attempt < MOST_UNKNOWN ? "retry" : "rejected", reason: "unknown_code", detail };
}

/** @example { kind: "retry", reason, detail, ...askedWait(reply, now) } */
export function askedWait(reply: Reply, now: Date): { readonly afterMs?: number } {
  const afterMs = retryAfterMs(reply.headers, now);
  return afterMs === undefined ? {} : { afterMs };
}

/** `X-RateLimit-Reset` is seconds to wait for some vendors and a Unix time for others. */
function resetAfterMs(headers: Readonly<Record<string, string>>, now: Date): number | undefined {
  const value = headers["x-ratelimit-reset"] ?? "";
  if (!/^\d{1,10}$/.test(value)) return undefined;
  const seconds = Number(value);
  return seconds < 1_000_000_000 ? seconds * 1_000 : Math.max(0, seconds * 1_000 - now.getTime());
}
