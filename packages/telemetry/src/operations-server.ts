/** `/livez`, `/readyz` and `/metrics` of a process that serves nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "@stellwerk/log";
import { mayReadMetrics } from "./metrics-access.ts";
import { PROMETHEUS_TYPE, type MetricsReader } from "./read-prometheus.ts";
import { OperationsPortError } from "./errors.ts";

const HEADERS_TIMEOUT_MS = 5_000;
const MAX_CONNECTIONS = 64;

export interface OperationsServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token?: string | undefined;
  /** Undefined: metrics are off, and `/metrics` is not there. */
  readonly metrics: MetricsReader | undefined;
  readonly log: Log;
  /** What `/readyz` answers: the parts by name, and whether each works. */
  readonly readiness: () => Promise<Readonly<Record<string, boolean>>>;
}

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const { host, port, log } = options;
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("request", (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      log.error({ err: error }, "a question about this process could not be answered");
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new OperationsPortError(host, port, error)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, token, readiness }: OperationsServerOptions,
): Promise<void> {
  const path = request.url?.split("?")[0];
  if (request.method !== "GET" && request.method !== "HEAD") return send(response, 405, "Only GET\n");
  if (path === "/livez") return sendJson(response, 200, { status: "ok" });
  if (path === "/readyz") {
    const checks = await readiness();
    const isReady = Object.values(checks).every(Boolean);
    const named = Object.entries(checks).map(([name, works]) => [name, works ? "ok" : "failed"]);
    const status = isReady ? "ready" : "not-ready";
    return sendJson(response, isReady ? 200 : 503, { status, checks: Object.fromEntries(named) });
  }
  if (path !== "/metrics" || metrics === undefined) return send(response, 404, "Not here\n");
  const { headers, socket } = request;
  switch (mayReadMetrics({ headers, remoteAddress: socket.remoteAddress }, token)) {
    case "token_wanted":
      response.setHeader("www-authenticate", "Bearer");
      return send(response, 401, "Send STELLWERK_METRICS_TOKEN as a bearer token\n");
    case "not_from_here":
      return send(response, 403, "From another machine only with STELLWERK_METRICS_TOKEN\n");
    case "allowed":
      return send(response, 200, await metrics.read(), PROMETHEUS_TYPE);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON.stringify(value), "application/json");
}

function send(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
