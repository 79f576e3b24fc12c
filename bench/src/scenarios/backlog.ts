/**
 * (c) Half a million deliveries wait for a dead target. What the other target notices of it; how quickly the dead one is
 * served when it lives again; and the same with what is left while the subscription is paused.
 */
import { setTimeout as pause } from "node:timers/promises";
import { runPhase } from "../measure/run-phase.ts";
import { monotonicMs } from "../monotonic-clock.ts";
import { flawsOf } from "../report/flaws.ts";
import { oneDigit, whole } from "../report/numbers.ts";
import { subscribe } from "../systems/call-api.ts";
import { OTHER_TYPE } from "../systems/set-up-account.ts";
import { watchDrain } from "./drain.ts";
import {
  apiOf,
  CLOSED_LOOP,
  doorsOf,
  openBulk,
  QUICK_RETRIES,
  subscribeTargets,
  WARM_UP,
} from "./installation.ts";
import { judgeRatio, judgeUnchanged, mean, nodeMemoryMb, othersPercentOf } from "./judge.ts";
import type { Scenario, Verdict } from "./scenario.ts";
import { readBacklog, seedBacklog } from "./seed-backlog.ts";

const DEAD = 1;
/** Ten failures open the breaker, which takes a second. */
const OPENS_WITHIN_MS = 3_000;
/** What was in flight when it was paused has ended. */
const PAUSES_WITHIN_MS = 3_000;
const STILL_MS = 1_000;

export const backlog: Scenario = {
  title: "a large backlog for a dead target",
  systems: ["standalone", "split", "kafka"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    const api = apiOf(system);
    await subscribeTargets(api, stage, 0, 1);
    const dead = await subscribe(api, {
      name: "Dead",
      eventType: OTHER_TYPE,
      url: instruments.targetUrl(DEAD),
      retry: QUICK_RETRIES,
    });
    await instruments.behave(DEAD, { failShare: 1 });
    const bench = { system, instruments, targets: 1 };
    const load = { seconds: options.seconds, pace: CLOSED_LOOP };
    const db = openBulk(doorsOf(system).databaseUrl);
    try {
      await runPhase(bench, WARM_UP);
      say("the other target alone, as fast as it goes");
      const without = [await runPhase(bench, load), await runPhase(bench, load)];

      await api.post(`/v1/subscriptions/${dead.id}/pause`, {});
      const seededFrom = monotonicMs();
      await seedBacklog(db, {
        subscriptionId: dead.id,
        count: options.backlog,
        firstSequence: instruments.reserveSequences(options.backlog),
      });
      const seedingSeconds = (monotonicMs() - seededFrom) / 1_000;
      say(`${options.backlog} wait for the dead one, written in ${seedingSeconds.toFixed(0)} s`);
      await api.post(`/v1/subscriptions/${dead.id}/resume`, {});
      await pause(OPENS_WITHIN_MS);
      const during = await runPhase(bench, load);

      say("it lives again");
      await instruments.behave(DEAD, "answer");
      const drain = await watchDrain(instruments, options.backlog, options.drainSeconds);
      await api.post(`/v1/subscriptions/${dead.id}/pause`, {});
      await pause(PAUSES_WITHIN_MS);
      const atPause = await instruments.countArrivals();
      await pause(STILL_MS);
      const inPause = (await instruments.countArrivals()) - atPause;
      const arrived = await instruments.takeArrivals();
      const state = await readBacklog(db, dead.id);
      say(`paused with ${state.waiting} left; the other target again`);
      const paused = await runPhase(bench, load);

      const liveWithout = without.map((phase) => phase.deliveriesPerSecond);
      const memoryWithout = without.map(nodeMemoryMb);
      const [liveDuring, livePaused] = [during.deliveriesPerSecond, paused.deliveriesPerSecond];
      const memoryDuring = nodeMemoryMb(during);
      const distinct = new Set(arrived.webhookIds).size;
      const verdicts: Verdict[] = [
        judgeUnchanged("throughput of the other, target dead", {
          with: liveDuring,
          without: liveWithout,
          unit: "/s",
          worseIs: "lower",
        }),
        judgeUnchanged("memory of the processes, target dead", {
          with: memoryDuring,
          without: memoryWithout,
          unit: "MB",
          worseIs: "higher",
        }),
        judgeRatio("drain against the live rate", drain.perSecond, mean(liveWithout), { atLeast: 0.8 }, "/s"),
        judgeUnchanged("throughput of the other, backlog paused", {
          with: livePaused,
          without: liveWithout,
          unit: "/s",
          worseIs: "lower",
        }),
        {
          claim: "a pause sends nothing",
          bound: `none, ${PAUSES_WITHIN_MS / 1_000} s after it was asked for`,
          measured: whole(inPause),
          met: inPause === 0,
        },
      ];
      const accounted = state.waiting + state.delivered + state.ended;
      const figure = (label: string, value: number) => ({
        group: "deliveries a second",
        label,
        value,
        unit: "/s",
      });
      return {
        verdicts,
        figures: [
          figure("other target, no backlog", mean(liveWithout)),
          figure("other target, dead backlog", liveDuring),
          figure("other target, paused backlog", livePaused),
          figure("backlog drains", drain.perSecond),
          { group: "peak memory", label: "no backlog", value: mean(memoryWithout), unit: "MB" },
          { group: "peak memory", label: "dead backlog", value: memoryDuring, unit: "MB" },
        ],
        othersPercent: othersPercentOf([...without, during, paused]),
        flaws: [
          ...[...without, during, paused].flatMap(({ account }) => flawsOf(account)),
          ...(arrived.altered > 0 ? [`${arrived.altered} bodies of the backlog arrived altered`] : []),
          ...(accounted === options.backlog
            ? []
            : [`of ${options.backlog} waiting deliveries the store knows ${accounted}`]),
          ...(state.ended > 0 ? [`${state.ended} of the backlog ended undelivered`] : []),
          ...(state.delivered > distinct
            ? [`${state.delivered} of the backlog are called delivered, ${distinct} arrived`]
            : []),
          ...(new Set(arrived.sequences).size < distinct
            ? ["an event of the backlog arrived under two webhook-ids"]
            : []),
        ],
        notes: [
          `${whole(options.backlog)} deliveries were written in ${oneDigit(seedingSeconds)} s; ${oneDigit(drain.untilFirstSeconds)} s after the target lived again the breaker's probe found it; ${whole(drain.drained)} were drained in ${oneDigit(drain.seconds)} s, ${whole(state.waiting)} were left.`,
        ],
      };
    } finally {
      await db.close();
    }
  },
};
