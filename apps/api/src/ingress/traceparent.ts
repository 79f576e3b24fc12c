/** W3C trace context: carried along when it is well formed, dropped in silence when it is not. */
import type { IncomingMessage } from "node:http";
import { isTraceparent } from "@stellwerk/telemetry";

export function traceparentOf(request: IncomingMessage): string | undefined {
  const header = request.headers["traceparent"];
  return typeof header === "string" && isTraceparent(header) ? header : undefined;
}
