/**
 * Kills at each step of the data path: a random moment hits a gap of microseconds once in thousands of tries. See
 * docs/decisions/0005-kill-tests.md for the steps and why they are these.
 */
import { setTimeout as pause } from "node:timers/promises";
import { NOBODY, type Moment } from "@stellwerk/e2e/trap.ts";
import { bringBack } from "../stage/member.ts";
import type { Stage } from "../stage/stage.ts";
import type { FaultKind, Strike } from "./fault.ts";
import { apis, dispatchers, everybodyIsBack, find, killAt, ownerOf, STEP_WITHIN_MS } from "./members.ts";

/** Prepared statements that mark a transaction. */
const PUBLISH = "bus.publish";
const ROUTE = "insert-routed-events";
const MARK = "mark-started";
const RECORD = "record-outcomes";

const AWAY_MS = [0, 800] as const;
/** The proxy in front of the broker has one. */
const BROKERS_TRAP = "Kafka's trap";

const onPostgresBus = (stage: Stage) => (stage.broker === undefined ? apis(stage) : []);
const onKafka = (stage: Stage) => (stage.broker === undefined ? [] : apis(stage));
const broker = (stage: Stage) => (stage.broker === undefined ? [] : ["Kafka"]);

function atStatement(name: string, victims: FaultKind["victims"], statement: string, at: Moment): FaultKind {
  return { name, weight: 3, kills: true, anyBus: true, victims, strike: killAt(statement, at) };
}

function atProduce(name: string, at: Moment): FaultKind {
  return {
    name,
    weight: 3,
    kills: true,
    victims: onKafka,
    holds: (victim) => [victim, BROKERS_TRAP],
    async strike({ stage }, victim) {
      const member = find(stage, victim);
      const { process } = member.service;
      await metInTime(stage.broker?.proxy.killAt({ pid: process.pid, at }, member.service.victim));
      stage.broker?.proxy.disarm();
      await process.kill();
      await bringBack(member);
    },
  };
}

function brokerAt(name: string, at: "asked" | "committed"): FaultKind {
  return {
    name,
    weight: 2,
    kills: true,
    victims: broker,
    holds: (victim) => [victim, BROKERS_TRAP],
    async strike({ stage, random }) {
      const { broker: hit } = stage;
      if (hit === undefined) return;
      await metInTime(hit.proxy.killAt({ pid: undefined, at }, { freeze() {}, kill: () => hit.kill() }));
      hit.proxy.disarm();
      await hit.kill();
      await pause(random.between(...AWAY_MS));
      await hit.restart();
      await everybodyIsBack(stage);
    },
  };
}

/** It had said that this is stored: it must be there when it comes back. */
function postgresAfter(name: string, victimsOf: FaultKind["victims"], statement: string): FaultKind {
  return {
    name,
    weight: 2,
    kills: true,
    anyBus: true,
    victims: (stage) => victimsOf(stage).map((each) => `${each}'s database`),
    holds: (victim) => [ownerOf(victim), "PostgreSQL"],
    async strike({ stage, random }, behind) {
      const { proxy } = find(stage, behind);
      const victim = { freeze() {}, kill: () => stage.postgres.kill() };
      await metInTime(proxy.killAt({ statement, at: "committed" }, victim));
      proxy.disarm();
      await stage.postgres.kill();
      await pause(random.between(...AWAY_MS));
      await stage.postgres.restart();
      await everybodyIsBack(stage);
    },
  };
}

/** The process lives on and has to find out by itself whether it was stored. */
function answerLost(name: string, victims: FaultKind["victims"], statement: string): FaultKind {
  return {
    name,
    weight: 3,
    kills: false,
    anyBus: true,
    victims,
    async strike({ stage }, victim) {
      const { proxy } = find(stage, victim);
      await metInTime(proxy.killAt({ statement, at: "committed" }, NOBODY));
      proxy.disarm();
      await everybodyIsBack(stage);
    },
  };
}

async function metInTime(met: Promise<void> | undefined): Promise<void> {
  await Promise.race([met, pause(STEP_WITHIN_MS)]);
}

export const stepFaults: readonly FaultKind[] = [
  atStatement("kill -9 of an api before the bus has the event", onPostgresBus, PUBLISH, "asked"),
  atStatement("kill -9 of an api when the bus has it and did not say", onPostgresBus, PUBLISH, "committed"),
  atStatement("kill -9 of an api between the bus's ack and 202", onPostgresBus, PUBLISH, "answered"),
  atProduce("kill -9 of an api before the broker has the event", "asked"),
  atProduce("kill -9 of an api when the broker has it and did not say", "committed"),
  atProduce("kill -9 of an api between the broker's ack and 202", "answered"),
  atStatement("kill -9 of a dispatcher before the route", dispatchers, ROUTE, "asked"),
  atStatement("kill -9 of a dispatcher that routed and was not told", dispatchers, ROUTE, "committed"),
  atStatement("kill -9 of a dispatcher that routed and has not sent", dispatchers, ROUTE, "answered"),
  atStatement("kill -9 of a dispatcher before the mark of a start", dispatchers, MARK, "asked"),
  atStatement("kill -9 of a dispatcher that marked a start and has not sent", dispatchers, MARK, "answered"),
  atStatement("kill -9 of a dispatcher before the outcome", dispatchers, RECORD, "asked"),
  atStatement("kill -9 of a dispatcher, outcome stored and not told", dispatchers, RECORD, "committed"),
  atStatement("kill -9 of a dispatcher, outcome stored and told", dispatchers, RECORD, "answered"),
  postgresAfter("kill -9 of PostgreSQL right after it stored a publish", onPostgresBus, PUBLISH),
  postgresAfter("kill -9 of PostgreSQL right after it stored a route", dispatchers, ROUTE),
  postgresAfter("kill -9 of PostgreSQL right after it stored an outcome", dispatchers, RECORD),
  brokerAt("kill -9 of the Kafka broker before it has a publish", "asked"),
  brokerAt("kill -9 of the Kafka broker right after it stored a publish", "committed"),
  answerLost("the answer to a publish is lost", onPostgresBus, PUBLISH),
  answerLost("the answer to a route is lost", dispatchers, ROUTE),
  answerLost("the answer to an outcome is lost", dispatchers, RECORD),
  {
    name: "the broker's ack is lost",
    weight: 3,
    kills: false,
    victims: onKafka,
    holds: (victim) => [victim, BROKERS_TRAP],
    async strike({ stage }: Strike, victim) {
      await metInTime(stage.broker?.proxy.loseAnswer(find(stage, victim).service.process.pid));
      stage.broker?.proxy.disarm();
    },
  },
];
