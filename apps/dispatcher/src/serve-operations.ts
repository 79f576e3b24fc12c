/** The dispatcher's own small port, when the operator wants one: health and metrics, and nothing to change. */
import type { EventBus } from "@stellwerk/bus";
import type { Log } from "@stellwerk/log";
import type { Database } from "@stellwerk/store";
import { startOperationsServer, type OperationsServer, type Telemetry } from "@stellwerk/telemetry";
import { readReadiness } from "./readiness.ts";

export interface OperationsParts {
  readonly host: string;
  /** Undefined: none. */
  readonly port: number | undefined;
  readonly telemetry: Telemetry;
  readonly db: Pick<Database, "query">;
  readonly bus: Pick<EventBus, "ping">;
  readonly log: Log;
}

export async function serveOperations(parts: OperationsParts): Promise<OperationsServer | undefined> {
  const { host, port, telemetry, db, bus, log } = parts;
  if (port === undefined) return undefined;
  const server = await startOperationsServer({
    host,
    port,
    token: telemetry.metricsToken,
    metrics: telemetry.reader,
    log,
    readiness: () => readReadiness(db, bus),
  });
  log.info({ host, port: server.port }, "health and metrics are served");
  return server;
}
