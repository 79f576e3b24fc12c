/**
 * api and dispatcher as processes of their own, each behind a proxy that sees what it asks PostgreSQL, so that
 * each can be killed at an exact step: see docs/decisions/0005-kill-tests.md for the steps and why they are these.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { startTestPostgres } from "@stellwerk/store/testing";
import { ApiClient } from "../api-client.ts";
import { startPostgresProxy, type PostgresProxy } from "../postgres-proxy/proxy.ts";
import { findFreePort } from "../processes/free-port.ts";
import type { Moment } from "../trap.ts";
import { dispatcherBlows, RECORD, ROUTE } from "./dispatcher-blows.ts";
import { ADMIN_KEY, inTime, type Scene, type SceneParts } from "./scene.ts";
import { Service } from "./service.ts";

/** The prepared statement that marks the api's transaction. */
const PUBLISH = "bus.publish";

export async function openApartScene({ receiver, random }: SceneParts): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startTestPostgres());
  const apiProxy = opened.use(await startPostgresProxy(postgres.url));
  const dispatcherProxy = opened.use(await startPostgresProxy(postgres.url));
  const port = await findFreePort();
  const address = `http://127.0.0.1:${port}`;
  const common = {
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "info",
  };
  const senderEndings: number[] = [];
  const api = opened.use(Service.api(port, { ...common, DATABASE_URL: apiProxy.url }));
  const dispatcher = opened.use(
    Service.dispatcher({ ...common, DATABASE_URL: dispatcherProxy.url }, senderEndings),
  );

  async function bringPostgresBack(): Promise<void> {
    await pause(random.between(0, 800));
    await postgres.restart();
  }
  async function losePostgres(): Promise<void> {
    await postgres.kill();
    await bringPostgresBack();
  }
  /** It had said that this is stored: it must be there when it comes back. */
  const postgresAfter = (proxy: PostgresProxy, statement: string) => async () => {
    const victim = { freeze() {}, kill: () => postgres.kill() };
    await inTime(proxy.killAt({ statement, at: "committed" }, victim), `the commit of ${statement}`);
    await bringPostgresBack();
    await api.isReady();
  };
  const apiAt = (at: Moment) => async () => {
    await inTime(apiProxy.killAt({ statement: PUBLISH, at }, api.victim), `${PUBLISH} ${at}`);
    await api.restart();
  };

  await api.start();
  await dispatcher.start();
  const ending = opened.move();
  return {
    name: "api and dispatcher",
    api: new ApiClient(address, ADMIN_KEY),
    addresses: [address],
    senderEndings,
    output: () => `${api.output}\n${dispatcher.output}`,
    blows: new Map([
      ["api, any moment", () => api.restart()],
      ["api, before the bus has it", apiAt("asked")],
      ["api, the bus has it and did not say", apiAt("committed")],
      ["api, bus ack and no 202 yet", apiAt("answered")],
      ...dispatcherBlows({ dispatcher, proxy: dispatcherProxy, receiver, senderEndings }),
      [
        "PostgreSQL, any moment",
        async () => {
          await losePostgres();
          await api.isReady();
        },
      ],
      ["PostgreSQL, right after it stored a publish", postgresAfter(apiProxy, PUBLISH)],
      ["PostgreSQL, right after it stored a route", postgresAfter(dispatcherProxy, ROUTE)],
      ["PostgreSQL, right after it stored an outcome", postgresAfter(dispatcherProxy, RECORD)],
      [
        "all three at once",
        async () => {
          api.process.signal("SIGKILL");
          dispatcher.process.signal("SIGKILL");
          await losePostgres();
          await Promise.all([api.restart(), dispatcher.restart()]);
        },
      ],
      [
        "no kill: the bus's ack is lost",
        () => inTime(apiProxy.loseAnswer(PUBLISH), `the commit of ${PUBLISH}`),
      ],
    ]),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}
