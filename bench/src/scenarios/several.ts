/**
 * (g) A receiver that answers after 50 ms: what one account reaches on one dispatcher, what a second dispatcher adds,
 * and what anybody notices when a third one joins under load.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "@stellwerk/store";
import { runPhase, type Bench } from "../measure/run-phase.ts";
import { flawsOf } from "../report/flaws.ts";
import { whole } from "../report/numbers.ts";
import type { WatchedProcess } from "../systems/system.ts";
import { throttle } from "../systems/throttle.ts";
import { makeAccounts } from "./accounts.ts";
import { apiOf, doorsOf, openBulk, subscribeTargets, WARM_UP, CLOSED_LOOP } from "./installation.ts";
import { judgeRatio, othersPercentOf, p99Of } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

const ANSWERS_AFTER_MS = 50;
/** Several in each partition. */
const ACCOUNTS = 48;
/** Of what one can: more than two can deliver, so that they are busy all the time. */
const OVERLOAD = 2.5;
const PROBE_SECONDS = 4;
/** What keeps up with so much of its load could do more. */
const KEEPS_UP = 0.8;
/** Of what two can, while the third one joins: nobody waits for a place. */
const MODERATE = 0.5;
const SHARED_WITHIN_MS = 30_000;
/** A call that was begun right before, its write and the one that takes over: far below the deadline of an attempt. */
const HAND_OVER_MS = 1_500;

export const several: Scenario = {
  title: "one, two and three dispatchers",
  systems: ["split", "kafka"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    const { addDispatcher } = system;
    const first = system.processes.find(({ name }) => name === "dispatcher");
    if (addDispatcher === undefined || first === undefined)
      throw new Error("it has no dispatcher of its own");
    await instruments.behave(0, { afterMs: ANSWERS_AFTER_MS });
    const api = apiOf(system);
    const db = openBulk(doorsOf(system).databaseUrl);
    const throttled: (() => void)[] = [];
    const limit = ({ pid }: WatchedProcess) => void throttled.push(throttle(pid, options.dispatcherShare));
    const join = async (count: number) => {
      const process = await addDispatcher();
      await untilShared(db, count);
      return process;
    };
    try {
      await subscribeTargets(api, stage, 0, 1);
      const bench = { system, instruments, targets: 1 };
      await runPhase(bench, WARM_UP);
      say("one account on one dispatcher, as fast as it goes");
      const account = await runPhase(bench, { seconds: options.seconds, pace: CLOSED_LOOP });

      const made = await makeAccounts(stage, api, doorsOf(system).apiUrl, ACCOUNTS);
      const hookUrls = made.map(({ hookUrl }) => hookUrl);
      limit(first);
      await runPhase(bench, { seconds: 3, pace: { rate: 100 }, hookUrls });
      const capacity = await findCapacity(bench, hookUrls, account.deliveriesPerSecond);
      const rate = Math.round(capacity * OVERLOAD);
      const load = { seconds: options.seconds, pace: { rate }, hookUrls };
      say(`${ACCOUNTS} accounts, ${rate} events/s, one dispatcher`);
      const one = await runPhase(bench, load);

      limit(await join(2));
      await runPhase(bench, { seconds: 3, pace: { rate: 100 }, hookUrls });
      say("the same with two");
      const two = await runPhase(bench, load);

      const moderate = Math.round(two.deliveriesPerSecond * MODERATE);
      say(`a third one joins at ${moderate} events/s`);
      const joining = pause((options.seconds * 1_000) / 3).then(() => join(3));
      const three = await runPhase(bench, {
        seconds: options.seconds * 2,
        pace: { rate: moderate },
        hookUrls,
      });
      limit(await joining);

      const slowest = three.latencies.endToEnd.reduce((max, each) => Math.max(max, each), 0);
      const phases = [account, one, two, three];
      const figure = (label: string, value: number) => ({
        group: "deliveries a second",
        label,
        value,
        unit: "/s",
      });
      return {
        verdicts: [
          judgeRatio(
            "two dispatchers against one",
            two.deliveriesPerSecond,
            one.deliveriesPerSecond,
            { atLeast: 1.8 },
            "/s",
          ),
          {
            claim: "slowest delivery while a third one joins",
            bound: `at most ${whole(HAND_OVER_MS)} ms`,
            measured: `${whole(slowest)} ms (p99 ${whole(p99Of(three.latencies.endToEnd))} ms)`,
            met: slowest <= HAND_OVER_MS,
          },
          {
            claim: "sent twice while a third one joins",
            bound: "none",
            measured: whole(three.account.duplicates),
            met: three.account.duplicates === 0,
          },
        ],
        figures: [
          figure("one account, one dispatcher", account.deliveriesPerSecond),
          figure(`${ACCOUNTS} accounts, one`, one.deliveriesPerSecond),
          figure(`${ACCOUNTS} accounts, two`, two.deliveriesPerSecond),
        ],
        othersPercent: othersPercentOf(phases),
        flaws: phases.flatMap((phase) => flawsOf(phase.account)),
        notes: [
          ...(one.deliveriesPerSecond > rate * KEEPS_UP
            ? ["One dispatcher kept up with the load, so the ratio says nothing: give each less of a core."]
            : []),
          `Each dispatcher may use ${whole(options.dispatcherShare)} % of a core, but for the one account's limit, which has all of it.`,
        ],
      };
    } finally {
      for (const stop of throttled) stop();
      await db.close();
    }
  },
};

/** Deliveries a second of what runs now: asked for more until it does not keep up. */
async function findCapacity(bench: Bench, hookUrls: readonly string[], highest: number): Promise<number> {
  // Lanes that are new begin with a few sends at a time, and the code is not compiled yet.
  await runPhase(bench, { seconds: 2 * PROBE_SECONDS, pace: { rate: Math.round(highest / 8) }, hookUrls });
  for (let rate = Math.round(highest / 4); ; rate *= 2) {
    const phase = await runPhase(bench, { seconds: PROBE_SECONDS, pace: { rate }, hookUrls });
    if (phase.deliveriesPerSecond < rate * KEEPS_UP || rate > highest) return phase.deliveriesPerSecond;
  }
}

/** Each of so many has its share. */
async function untilShared(db: Database, count: number): Promise<void> {
  const deadline = performance.now() + SHARED_WITHIN_MS;
  for (;;) {
    const shares = await db.query<{ owned: number; all: number }>(
      `SELECT count(*) AS owned, (SELECT count(*) FROM partition_owner) AS all
       FROM partition_owner WHERE dispatcher_id IS NOT NULL GROUP BY dispatcher_id`,
    );
    const least = Math.floor((shares[0]?.all ?? 0) / count);
    if (shares.length === count && shares.every(({ owned }) => owned >= least)) return;
    if (performance.now() > deadline) throw new Error(`${count} dispatchers do not share the partitions`);
    await pause(100);
  }
}
