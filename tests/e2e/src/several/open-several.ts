/** Two api processes and two dispatchers over one PostgreSQL, with a receiver: what a careful operator runs. */
import { randomBytes } from "node:crypto";
import { openDatabase } from "@stellwerk/store";
import { startTestPostgres } from "@stellwerk/store/testing";
import { ApiClient } from "../api-client.ts";
import type { Bus } from "../processes/buses.ts";
import { findFreePort } from "../processes/free-port.ts";
import { Service } from "../kills/service.ts";
import { startReceiver } from "../receiver/start-receiver.ts";
import { subscribeWebhook } from "../subscribe-webhook.ts";
import { waitFor } from "../wait.ts";
import { startLine } from "./line.ts";

const ADMIN_KEY = "admin-key-of-several-dispatchers";

export async function openSeveral(bus: Bus) {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startTestPostgres());
  const backend = opened.use(await bus.open());
  const receiver = opened.use(await startReceiver());
  const db = openDatabase({ url: postgres.url, applicationName: "test", maxConnections: 1 });
  opened.defer(() => db.close());
  /** Between the first dispatcher and PostgreSQL. */
  const line = opened.use(await startLine(postgres.url));
  const ports = [await findFreePort(), await findFreePort()] as const;
  const env = {
    ...backend.env,
    DATABASE_URL: postgres.url,
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "info",
  };
  const apis = ports.map((port) => opened.use(Service.api(port, env)));
  const endings: number[] = [];
  const first = opened.use(Service.dispatcher({ ...env, DATABASE_URL: line.url }, endings));
  const second = opened.use(Service.dispatcher(env, endings));
  for (const service of [...apis, first, second]) await service.start();
  const client = new ApiClient(`http://127.0.0.1:${ports[0]}`, ADMIN_KEY);
  const { hookUrl, subscriptionId, signingSecret } = await subscribeWebhook(client, { url: receiver.url });
  await receiver.checkSignaturesWith(signingSecret);
  const { pathname } = new URL(hookUrl);

  /** How many partitions each dispatcher owns, by pid. */
  async function owned(): Promise<Map<number, number>> {
    const rows = await db.query<{ pid: number; count: number }>(
      "SELECT d.pid, count(*)::integer FROM partition_owner o JOIN dispatcher d ON d.id = o.dispatcher_id GROUP BY d.pid",
    );
    return new Map(rows.map((row) => [row.pid, row.count]));
  }

  const ending = opened.move();
  return {
    client,
    apis,
    first,
    second,
    line,
    receiver,
    subscriptionId,
    hookUrls: ports.map((port) => `http://127.0.0.1:${port}${pathname}`),
    owned,
    /** Resolves when each of these owns as many as it should, and nobody else any. */
    ownersBecome: (shares: ReadonlyMap<number, number>, withinMs: number) => {
      let seen = new Map<number, number>();
      return waitFor(
        async () => {
          seen = await owned();
          return seen.size === shares.size && [...shares].every(([pid, count]) => seen.get(pid) === count);
        },
        { withinMs, what: () => `${JSON.stringify([...shares])}; it is ${JSON.stringify([...seen])}` },
      );
    },
    output: () => [...apis, first, second].map((each) => each.output.slice(-6_000)).join("\n"),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}
