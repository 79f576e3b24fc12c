/** api and dispatcher as two processes that are watched: logs, metrics, traces, and a target that fails first. */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { startTestPostgres } from "@stellwerk/store/testing";
import { ApiClient } from "../api-client.ts";
import { AppProcess } from "../processes/app-process.ts";
import { findFreePort } from "../processes/free-port.ts";
import { startOtlpReceiver } from "./otlp-receiver.ts";

const READY_WITHIN_MS = 60_000;
const ADMIN_KEY = "admin-key-of-the-observability-test";
export const METRICS_TOKEN = "metrics-token-of-this-test";

export interface ApartOptions {
  /** Settings of the bus. */
  readonly env: Readonly<Record<string, string>>;
  readonly logLevel?: "info" | "debug";
  readonly traced?: boolean;
}

export async function openApart({ env, logLevel = "info", traced = false }: ApartOptions) {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startTestPostgres());
  const collector = opened.use(await startOtlpReceiver());
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const common = {
    ...env,
    DATABASE_URL: postgres.url,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    STELLWERK_METRICS_TOKEN: METRICS_TOKEN,
    LOG_LEVEL: logLevel,
    ...(traced && { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }),
  };
  const url = `http://127.0.0.1:${port}`;
  const metricsUrl = `http://127.0.0.1:${metricsPort}`;
  const start = (app: string, more: Record<string, string>) => {
    const started = new AppProcess({ app, env: { ...common, ...more } });
    opened.defer(async () => void (await started.kill()));
    return started;
  };
  const api = start("api", { PORT: String(port) });
  await api.isReady(url, READY_WITHIN_MS);
  const dispatcher = start("dispatcher", { STELLWERK_METRICS_PORT: String(metricsPort) });
  await dispatcher.isReady(metricsUrl, READY_WITHIN_MS);
  const scrape = async (from: string) => {
    const reply = await fetch(`${from}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
    if (reply.status !== 200) throw new Error(`${from}/metrics answered ${reply.status}`);
    return reply.text();
  };
  const ending = opened.move();
  return {
    url,
    metricsUrl,
    client: new ApiClient(url, ADMIN_KEY),
    adminKey: ADMIN_KEY,
    api,
    dispatcher,
    spans: collector.spans,
    collectorPaths: collector.paths,
    scrapeApi: () => scrape(url),
    scrapeDispatcher: () => scrape(metricsUrl),
    /** So that the last spans are sent. */
    stop: () => Promise.all([api.stop(), dispatcher.stop()]),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/** A target that answers 500 `failFirst` times, then 204, and keeps the headers of what came. */
export async function startTarget(failFirst: number) {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      received.push(request.headers);
      response.writeHead(received.length <= failFirst ? 500 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a-secret-path`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
