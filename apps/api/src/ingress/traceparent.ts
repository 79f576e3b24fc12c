/** W3C trace context: carried along when it is well formed, dropped in silence when it is not. */
import type { IncomingMessage } from "node:http";

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceparentOf(request: IncomingMessage): string | undefined {
  const header = request.headers["traceparent"];
  return typeof header === "string" && TRACEPARENT.test(header) ? header : undefined;
}
