/** Says which event it is, in CloudEvents' HTTP headers. The body stays what the platform sent. */
import type { ConnectorEvent } from "@stellwerk/connector-kit";

export function eventHeaders(event: ConnectorEvent): Record<string, string> {
  const headers: Record<string, string> = {
    "ce-id": encodeHeader(event.id),
    "ce-type": encodeHeader(event.type),
    "ce-time": event.time.toISOString(),
  };
  if (event.subject !== undefined) headers["ce-subject"] = encodeHeader(event.subject);
  return headers;
}

/**
 * CloudEvents HTTP binding 3.1.3.2: what is not printable ASCII, and space, `"` and `%`, as percent-encoded UTF-8.
 *
 * @example encodeHeader("Euro € 😀") // "Euro%20%E2%82%AC%20%F0%9F%98%80"
 */
function encodeHeader(value: string): string {
  return value.toWellFormed().replace(/[^\x21\x23\x24\x26-\x7e]+/g, encodeURIComponent);
}
