/** What happens to what we stand on: PostgreSQL, its disk, the way to it, and Kafka. */
import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "../stage/stage.ts";
import type { FaultKind, Strike } from "./fault.ts";
import { everybodyIsBack, find, membersOf } from "./members.ts";

const AWAY_MS = [0, 1_500] as const;
const STILL_MS = [1_000, 4_500] as const;
const CUT_OFF_MS = [2_000, 14_000] as const;
const DISK_FULL_MS = 3_000;
const KAFKA_AWAY_MS = { short: 15_000, long: 60_000 };

const postgres = () => ["PostgreSQL"];
const broker = (stage: Stage) => (stage.broker === undefined ? [] : ["Kafka"]);
function brokerAway(ms: (strike: Strike) => number): FaultKind["strike"] {
  return async (strike) => {
    const { stage } = strike;
    await stage.broker?.kill();
    await pause(ms(strike));
    await stage.broker?.restart();
    await everybodyIsBack(stage);
  };
}

export const backendFaults: readonly FaultKind[] = [
  {
    name: "kill -9 of PostgreSQL",
    weight: 6,
    kills: true,
    victims: postgres,
    async strike({ stage, random }) {
      await stage.postgres.kill();
      await pause(random.between(...AWAY_MS));
      await stage.postgres.restart();
      await everybodyIsBack(stage);
    },
  },
  {
    name: "PostgreSQL restarted",
    weight: 3,
    kills: false,
    victims: postgres,
    async strike({ stage }) {
      await stage.postgres.restart();
      await everybodyIsBack(stage);
    },
  },
  {
    name: "PostgreSQL's disk full",
    anyBus: true,
    weight: 2,
    kills: false,
    victims: (stage) => (stage.disk === undefined ? [] : ["PostgreSQL"]),
    async strike({ stage }) {
      stage.disk?.fill();
      await pause(DISK_FULL_MS);
      stage.disk?.free();
      // It ends when it cannot write its log; an operator makes room and starts it.
      await stage.postgres.restart();
      await everybodyIsBack(stage);
    },
  },
  {
    name: "connections cut in mid-transaction",
    weight: 10,
    kills: false,
    victims: (stage) => membersOf(stage).map(({ name }) => `${name}'s connections`),
    async strike({ stage, random }, victim) {
      const { proxy } = find(stage, victim);
      // Several times, for one look seldom finds a transaction.
      for (let times = 0; times < 20; times += 1) {
        if (proxy.cut() > 0) break;
        await pause(random.between(5, 50));
      }
      await everybodyIsBack(stage);
    },
  },
  {
    name: "cut off from PostgreSQL for a while",
    weight: 5,
    kills: false,
    victims: (stage) => membersOf(stage).map(({ name }) => `${name}'s connections`),
    async strike({ stage, random }, victim) {
      const release = find(stage, victim).proxy.hold();
      await pause(random.between(...CUT_OFF_MS));
      release();
      await pause(500);
      await everybodyIsBack(stage);
    },
  },
  {
    name: "kill -9 of the Kafka broker",
    weight: 5,
    kills: true,
    victims: broker,
    strike: brokerAway(({ random }) => random.between(...AWAY_MS)),
  },
  {
    name: "Kafka away for a minute",
    weight: 1,
    kills: true,
    victims: broker,
    strike: brokerAway(({ short }) => (short ? KAFKA_AWAY_MS.short : KAFKA_AWAY_MS.long)),
  },
  {
    name: "the Kafka broker stands still",
    weight: 3,
    kills: false,
    victims: broker,
    async strike({ stage, random }) {
      stage.broker?.freeze(true);
      await pause(random.between(...STILL_MS));
      stage.broker?.freeze(false);
      await everybodyIsBack(stage);
    },
  },
];
