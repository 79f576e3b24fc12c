/**
 * Who may read the metrics. They hold no names and no ids, but how busy an installation is and what fails is
 * nobody else's business.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export type MetricsAccess = "allowed" | "token_wanted" | "not_from_here";

export interface MetricsCaller {
  readonly headers: IncomingHttpHeaders;
  /** Of the connection, whatever its headers say. */
  readonly remoteAddress: string | undefined;
}

/** What proxies add. A request through one comes from its machine, which says nothing about who sent it. */
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-real-ip", "x-forwarded-host"];

/**
 * With a token: whoever sends it. Without one: programs on this machine that call directly, and nobody else.
 *
 * @example mayReadMetrics(request, "s3cret") // "allowed" with `authorization: Bearer s3cret`
 */
export function mayReadMetrics(
  { headers, remoteAddress }: MetricsCaller,
  token: string | undefined,
): MetricsAccess {
  if (token !== undefined) {
    const sent = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
    return sent !== undefined && isSame(sent, token) ? "allowed" : "token_wanted";
  }
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return !isForwarded && isLoopback(remoteAddress ?? "") ? "allowed" : "not_from_here";
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
