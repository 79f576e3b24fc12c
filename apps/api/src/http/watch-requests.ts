/** Around every route of the table: how long it took, and its span. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Services } from "../services.ts";
import { traceparentOf } from "../ingress/traceparent.ts";
import type { AnyRoute } from "./register-routes.ts";

/** The client went away before there was an answer: nginx's number for it. */
const CLIENT_GONE = 499;

export function watchRequests<Request extends IncomingMessage, Response extends ServerResponse>(
  { method, path, scope }: Pick<AnyRoute, "method" | "path" | "scope">,
  handle: (request: Request, response: Response) => Promise<void>,
  { metrics, tracing }: Pick<Services, "metrics" | "tracing">,
): (request: Request, response: Response) => Promise<void> {
  const answered = metrics.route(method, path);
  // Health and metrics are asked for every few seconds: no story worth a trace.
  if (tracing === undefined || (scope === "none" && method === "GET")) {
    return async (request, response) => {
      const startedAt = performance.now();
      await handle(request, response);
      answered(statusOf(response), performance.now() - startedAt);
    };
  }
  return async (request, response) => {
    const startedAt = performance.now();
    const span = tracing.start(`${method} ${path}`, {
      kind: "server",
      parent: traceparentOf(request),
      attributes: { "http.request.method": method, "http.route": path },
    });
    // Whatever comes of this request goes on from our span, as if that had been sent.
    request.headers["traceparent"] = span.traceparent;
    await handle(request, response);
    const status = statusOf(response);
    span.set({ "http.response.status_code": status });
    span.end(status >= 500 ? String(status) : undefined);
    answered(status, performance.now() - startedAt);
  };
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : CLIENT_GONE;
}
