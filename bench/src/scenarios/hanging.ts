/** (a) One of ten targets takes requests and never answers. What the other nine notice of it. */
import { settleAccount } from "../measure/account.ts";
import { countAccepted, runPhase, waitForArrivals, type Phase } from "../measure/run-phase.ts";
import { arrivalsAt } from "../receiver/arrival-log.ts";
import { flawsOf } from "../report/flaws.ts";
import { apiOf, subscribeTargets } from "./installation.ts";
import { judgeCount, judgeUnchanged, othersPercentOf, p99Of } from "./judge.ts";
import type { Scenario, Stage } from "./scenario.ts";

const TARGETS = 10;
const HUNG = TARGETS - 1;
const isOther = (target: number): boolean => target !== HUNG;
/** Past the first deadline of 15 s: before it the hung sends hold their slots, behind it the breaker is open. */
const HANGING_SECONDS = 20;
/** The breaker's probes come after 5 s, 10 s, …, and one that hangs lasts 15 s. */
const NOTHING_NEW_MS = 60_000;

export const hanging: Scenario = {
  title: "one of ten targets hangs",
  systems: ["standalone", "split", "kafka"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    await subscribeTargets(apiOf(system), stage, 0, TARGETS);
    const rate = Math.max(1, Math.round(options.rate / TARGETS));
    const bench = { system, instruments, targets: TARGETS };

    await runPhase(bench, { seconds: options.seconds, pace: { rate } });
    say(`${rate} events/s to ten targets that answer`);
    const before = await runPhase(bench, { seconds: options.seconds, pace: { rate } });
    say(`the same for ${HANGING_SECONDS} s while one hangs`);
    await instruments.behave(HUNG, "hang");
    const during = await runPhase(
      { ...bench, targets: TARGETS - 1 },
      { seconds: HANGING_SECONDS, pace: { rate } },
    );
    await instruments.behave(HUNG, "answer");
    say("it answers again");
    const caughtUp = await takeHeldBack(stage, during);
    const after = await runPhase(bench, { seconds: options.seconds, pace: { rate } });

    const others = (phase: Phase) =>
      settleAccount(phase.sent, arrivalsAt(phase.arrivals, isOther), TARGETS - 1).latencies.endToEnd;
    const [p99Before, p99During, p99After] = [before, during, after].map((phase) => p99Of(others(phase)));
    const figure = (label: string, value = Number.NaN) => ({
      group: "p99 of the nine",
      label,
      value,
      unit: "ms",
    });
    return {
      verdicts: [
        judgeUnchanged("p99 of the other nine", {
          with: p99During ?? Number.NaN,
          without: [p99Before ?? Number.NaN, p99After ?? Number.NaN],
          unit: "ms",
          worseIs: "higher",
        }),
        judgeCount("the hung one gets everything when it answers", caughtUp.delivered, caughtUp.accepted),
      ],
      figures: [figure("before", p99Before), figure("one hangs", p99During), figure("afterwards", p99After)],
      othersPercent: othersPercentOf([before, during, after]),
      flaws: [before.account, during.account, caughtUp, after.account].flatMap(flawsOf),
    };
  },
};

/** What was sent while it hung and is now owed to it alone. */
async function takeHeldBack({ instruments }: Stage, during: Phase) {
  const early = arrivalsAt(during.arrivals, (target) => !isOther(target)).webhookIds.length;
  await waitForArrivals(instruments, countAccepted(during.sent) - early, NOTHING_NEW_MS);
  const arrivals = await instruments.takeArrivals();
  await instruments.takeRefused();
  return settleAccount(during.sent, arrivals, 1).account;
}
