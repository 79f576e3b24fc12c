/**
 * What the suite does to each scene: every step of the data path once, the random moments several times. Together more
 * than thirty kills, and a dozen on Kafka; a test counts them.
 */
import type { OpenScene } from "./scene.ts";
import { openApartScene } from "./apart-scene.ts";
import { openKafkaScene } from "./kafka-scene.ts";
import { openStandaloneScene } from "./standalone-scene.ts";

export interface ScenePlan {
  readonly open: OpenScene;
  /** How often each blow is struck at least. */
  readonly times: Readonly<Record<string, number>>;
}

export const STANDALONE: ScenePlan = {
  open: openStandaloneScene,
  times: {
    "standalone, any moment": 4,
    "PostgreSQL, any moment": 3,
    "both at once": 2,
    "standalone, request sent and no answer yet": 1,
    "standalone, answered and no outcome yet": 1,
  },
};

export const APART: ScenePlan = {
  open: openApartScene,
  times: {
    "api, any moment": 2,
    "dispatcher, any moment": 2,
    "PostgreSQL, any moment": 2,
    "all three at once": 1,
    "PostgreSQL, right after it stored a publish": 1,
    "PostgreSQL, right after it stored a route": 1,
    "PostgreSQL, right after it stored an outcome": 1,
    "api, before the bus has it": 1,
    "api, the bus has it and did not say": 1,
    "api, bus ack and no 202 yet": 1,
    "dispatcher, before the route": 1,
    "dispatcher, routed and not told": 1,
    "dispatcher, routed and not sent yet": 1,
    "dispatcher, request sent and no answer yet": 1,
    "dispatcher, answered and no outcome yet": 1,
    "dispatcher, before the outcome": 1,
    "dispatcher, outcome stored and not told": 1,
    "dispatcher, outcome stored and told": 1,
    "no kill: dispatcher frozen and replaced": 1,
    "no kill: the bus's ack is lost": 1,
    "no kill: the route's answer is lost": 1,
    "no kill: the outcome's answer is lost": 1,
  },
};

/**
 * What the dispatcher does between store and target is the same on every bus, so here it dies between Kafka's offset and
 * ours. The next one waits for the session of the one before, ten seconds, so it dies seldom.
 */
export const KAFKA: ScenePlan = {
  open: openKafkaScene,
  times: {
    "api, any moment": 2,
    "api, before the broker has it": 1,
    "api, the broker has it and did not say": 1,
    "api, the broker's ack and no 202 yet": 1,
    "both apis at once": 1,
    "dispatcher, routed and not told": 1,
    "PostgreSQL, any moment": 1,
    "broker, any moment": 1,
    "broker, before it has a publish": 1,
    "broker, right after it stored a publish": 1,
    "all five at once": 1,
    "no kill: the broker's ack is lost": 2,
  },
};

export function countKills({ times }: ScenePlan): number {
  return Object.entries(times).reduce(
    (sum, [blow, count]) => sum + (blow.startsWith("no kill") ? 0 : count),
    0,
  );
}
