/**
 * api and dispatcher as processes of their own, each behind a proxy that sees what it asks PostgreSQL, so that
 * each can be killed at an exact step: see docs/decisions/0005-kill-tests.md for the steps and why they are these.
 */
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { startTestPostgres } from "@stellwerk/store/testing";
import { ApiClient } from "../api-client.ts";
import { startPostgresProxy, type PostgresProxy, type Step } from "../postgres-proxy/proxy.ts";
import { AppProcess } from "../processes/app-process.ts";
import { findFreePort } from "../processes/free-port.ts";
import { ADMIN_KEY, inTime, READY_WITHIN_MS, victimOf, type Scene, type SceneParts } from "./scene.ts";

/** Prepared statements that mark the transactions of the data path. */
const PUBLISH = "bus.publish";
const ROUTE = "insert-routed-events";
const RECORD = "record-outcomes";

export async function openApartScene({ receiver, random }: SceneParts): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.use(await startTestPostgres());
  const apiProxy = opened.use(await startPostgresProxy(postgres.url));
  const dispatcherProxy = opened.use(await startPostgresProxy(postgres.url));
  const port = await findFreePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const common = {
    STELLWERK_SECRET_KEY: randomBytes(32).toString("base64"),
    STELLWERK_API_KEY: ADMIN_KEY,
    LOG_LEVEL: "info",
  };
  const senderEndings: number[] = [];
  const started: AppProcess[] = [];
  let api!: AppProcess;
  let dispatcher!: AppProcess;

  async function startApi(): Promise<void> {
    api = new AppProcess({ app: "api", env: { ...common, DATABASE_URL: apiProxy.url, PORT: String(port) } });
    started.push(api);
    await api.isReady(baseUrl, READY_WITHIN_MS);
  }
  async function startDispatcher(): Promise<void> {
    dispatcher = new AppProcess({ app: "dispatcher", env: { ...common, DATABASE_URL: dispatcherProxy.url } });
    started.push(dispatcher);
    void dispatcher.ended.then(({ at }) => senderEndings.push(at));
    await dispatcher.says(/dispatcher ready/, READY_WITHIN_MS);
  }
  async function restartApi(): Promise<void> {
    await api.kill();
    await startApi();
  }
  async function restartDispatcher(): Promise<void> {
    await dispatcher.kill();
    await startDispatcher();
  }
  async function losePostgres(): Promise<void> {
    await postgres.kill();
    await bringPostgresBack();
  }
  async function bringPostgresBack(): Promise<void> {
    await pause(random.between(0, 800));
    await postgres.restart();
  }
  const apiAt = (statement: string, at: Step["at"]) => async () => {
    await inTime(apiProxy.killAt({ statement, at }, victimOf(api)), `${statement} ${at}`);
    await restartApi();
  };
  const dispatcherAt = (statement: string, at: Step["at"]) => async () => {
    await inTime(dispatcherProxy.killAt({ statement, at }, victimOf(dispatcher)), `${statement} ${at}`);
    await restartDispatcher();
  };
  const dispatcherAtSend = (when: "before-answer" | "after-answer") => async () => {
    const { killed } = await receiver.killAtNextRequest(dispatcher.pid, when);
    await inTime(killed, "a send");
    await restartDispatcher();
  };
  /** It had said that this is stored: it must be there when it comes back. */
  const postgresAfter = (proxy: PostgresProxy, statement: string) => async () => {
    const victim = { freeze() {}, kill: () => postgres.kill() };
    await inTime(proxy.killAt({ statement, at: "committed" }, victim), `the commit of ${statement}`);
    await bringPostgresBack();
    await api.isReady(baseUrl, READY_WITHIN_MS);
  };
  /** A machine that sleeps: it wakes up with work in hand that is somebody else's now, notices, and ends. */
  async function replaceWhileFrozen(): Promise<void> {
    const frozen = dispatcher;
    frozen.signal("SIGSTOP");
    senderEndings.push(Date.now());
    try {
      await startDispatcher();
    } finally {
      frozen.signal("SIGCONT");
      senderEndings.push(Date.now());
    }
    await inTime(frozen.ended, "the end of the dispatcher that was replaced");
  }
  const answerLost = (proxy: PostgresProxy, statement: string) => () =>
    inTime(proxy.loseAnswer(statement), `the commit of ${statement}`);

  opened.defer(async () => void (await Promise.all(started.map((each) => each.kill()))));
  await startApi();
  await startDispatcher();
  const ending = opened.move();
  return {
    name: "api and dispatcher",
    api: new ApiClient(baseUrl, ADMIN_KEY),
    senderEndings,
    output: () => `api:\n${api.output.slice(-20_000)}\ndispatcher:\n${dispatcher.output.slice(-20_000)}`,
    blows: new Map([
      ["api, any moment", restartApi],
      ["dispatcher, any moment", restartDispatcher],
      [
        "PostgreSQL, any moment",
        async () => {
          await losePostgres();
          await api.isReady(baseUrl, READY_WITHIN_MS);
        },
      ],
      [
        "all three at once",
        async () => {
          api.signal("SIGKILL");
          dispatcher.signal("SIGKILL");
          await losePostgres();
          await Promise.all([restartApi(), restartDispatcher()]);
        },
      ],
      ["PostgreSQL, right after it stored a publish", postgresAfter(apiProxy, PUBLISH)],
      ["PostgreSQL, right after it stored a route", postgresAfter(dispatcherProxy, ROUTE)],
      ["PostgreSQL, right after it stored an outcome", postgresAfter(dispatcherProxy, RECORD)],
      ["api, before the bus has it", apiAt(PUBLISH, "asked")],
      ["api, the bus has it and did not say", apiAt(PUBLISH, "committed")],
      ["api, bus ack and no 202 yet", apiAt(PUBLISH, "answered")],
      ["dispatcher, before the route", dispatcherAt(ROUTE, "asked")],
      ["dispatcher, routed and not told", dispatcherAt(ROUTE, "committed")],
      ["dispatcher, routed and not sent yet", dispatcherAt(ROUTE, "answered")],
      ["dispatcher, request sent and no answer yet", dispatcherAtSend("before-answer")],
      ["dispatcher, answered and no outcome yet", dispatcherAtSend("after-answer")],
      ["dispatcher, before the outcome", dispatcherAt(RECORD, "asked")],
      ["dispatcher, outcome stored and not told", dispatcherAt(RECORD, "committed")],
      ["dispatcher, outcome stored and told", dispatcherAt(RECORD, "answered")],
      ["no kill: dispatcher frozen and replaced", replaceWhileFrozen],
      ["no kill: the bus's ack is lost", answerLost(apiProxy, PUBLISH)],
      ["no kill: the route's answer is lost", answerLost(dispatcherProxy, ROUTE)],
      ["no kill: the outcome's answer is lost", answerLost(dispatcherProxy, RECORD)],
    ]),
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}
