/** The dispatcher, killed at each step of its work and at none in particular. */
import type { PostgresProxy } from "../postgres-proxy/proxy.ts";
import type { Receiver } from "../receiver/start-receiver.ts";
import type { Moment } from "../trap.ts";
import { inTime, type Blows } from "./scene.ts";
import type { Service } from "./service.ts";

/** Prepared statements that mark its transactions. */
export const ROUTE = "insert-routed-events";
export const RECORD = "record-outcomes";

export interface DispatcherParts {
  readonly dispatcher: Service;
  /** Between it and PostgreSQL. */
  readonly proxy: PostgresProxy;
  readonly receiver: Receiver;
  readonly senderEndings: number[];
}

export function dispatcherBlows({ dispatcher, proxy, receiver, senderEndings }: DispatcherParts): Blows {
  const at = (statement: string, moment: Moment) => async () => {
    await inTime(proxy.killAt({ statement, at: moment }, dispatcher.victim), `${statement} ${moment}`);
    await dispatcher.restart();
  };
  const atSend = (when: "before-answer" | "after-answer") => async () => {
    const { killed } = await receiver.killAtNextRequest(dispatcher.process.pid, when);
    await inTime(killed, "a send");
    await dispatcher.restart();
  };
  const answerLost = (statement: string) => () =>
    inTime(proxy.loseAnswer(statement), `the commit of ${statement}`);

  /** A machine that sleeps: it wakes up with work in hand that is somebody else's now, notices, and ends. */
  async function replaceWhileFrozen(): Promise<void> {
    const frozen = dispatcher.process;
    frozen.signal("SIGSTOP");
    senderEndings.push(Date.now());
    try {
      await dispatcher.start();
    } finally {
      frozen.signal("SIGCONT");
      senderEndings.push(Date.now());
    }
    await inTime(frozen.ended, "the end of the dispatcher that was replaced");
  }

  return new Map([
    ["dispatcher, any moment", () => dispatcher.restart()],
    ["dispatcher, before the route", at(ROUTE, "asked")],
    ["dispatcher, routed and not told", at(ROUTE, "committed")],
    ["dispatcher, routed and not sent yet", at(ROUTE, "answered")],
    ["dispatcher, request sent and no answer yet", atSend("before-answer")],
    ["dispatcher, answered and no outcome yet", atSend("after-answer")],
    ["dispatcher, before the outcome", at(RECORD, "asked")],
    ["dispatcher, outcome stored and not told", at(RECORD, "committed")],
    ["dispatcher, outcome stored and told", at(RECORD, "answered")],
    ["no kill: dispatcher frozen and replaced", replaceWhileFrozen],
    ["no kill: the route's answer is lost", answerLost(ROUTE)],
    ["no kill: the outcome's answer is lost", answerLost(RECORD)],
  ]);
}
