/** (b) A fifth of all answers is 500: everything arrives in the end, and first attempts are as quick as ever. */
import { settleAccount } from "../measure/account.ts";
import { runPhase, type Phase } from "../measure/run-phase.ts";
import type { Arrivals } from "../receiver/arrival-log.ts";
import { flawsOf } from "../report/flaws.ts";
import { whole } from "../report/numbers.ts";
import { apiOf, subscribeTargets } from "./installation.ts";
import { judgeCount, judgeUnchanged, othersPercentOf, p99Of } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

const FAIL_SHARE = 0.2;

export const failing: Scenario = {
  title: "20 % of answers fail",
  systems: ["standalone", "split", "kafka"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    await subscribeTargets(apiOf(system), stage, 0, 1);
    const bench = { system, instruments, targets: 1 };
    const load = { seconds: options.seconds, pace: { rate: options.rate } };

    await runPhase(bench, load);
    say(`${options.rate} events/s to a target that answers`);
    const before = await runPhase(bench, load);
    say("the same to one that fails every fifth time");
    await instruments.behave(0, { failShare: FAIL_SHARE });
    const during = await runPhase(bench, load);
    const refused = await instruments.takeRefused();
    await instruments.behave(0, "answer");
    const after = await runPhase(bench, load);

    const [p99Before, p99During, p99After] = [
      p99Of(before.latencies.endToEnd),
      p99OfFirstAttempts(during, refused),
      p99Of(after.latencies.endToEnd),
    ];
    const { accepted, delivered } = during.account;
    const figure = (label: string, value: number) => ({
      group: "p99 of first attempts",
      label,
      value,
      unit: "ms",
    });
    return {
      verdicts: [
        judgeCount("everything arrives in the end", delivered, accepted),
        judgeUnchanged("p99 of first attempts", {
          with: p99During,
          without: [p99Before, p99After],
          unit: "ms",
          worseIs: "higher",
        }),
      ],
      figures: [
        figure("all answer", p99Before),
        figure("20 % fail", p99During),
        figure("all answer again", p99After),
      ],
      othersPercent: othersPercentOf([before, during, after]),
      flaws: [before, during, after].flatMap(({ account }) => flawsOf(account)),
      notes: [
        `${whole(refused.sequences.length)} of ${whole(refused.sequences.length + delivered)} answers failed; retries after 1 s, so that it ends within the run.`,
      ],
    };
  },
};

/** Whichever came first of a delivery, whether it was answered with success or not. */
function p99OfFirstAttempts({ sent, arrivals }: Phase, refused: Arrivals): number {
  const order = [...refused.arrivedAt, ...arrivals.arrivedAt]
    .map((at, entry) => ({ at, entry }))
    .toSorted((a, b) => a.at - b.at);
  const ids = [...refused.webhookIds, ...arrivals.webhookIds];
  const sequences = [...refused.sequences, ...arrivals.sequences];
  const attempts: Arrivals = {
    sequences: Uint32Array.from(order, ({ entry }) => sequences[entry] ?? 0),
    arrivedAt: Float64Array.from(order, ({ at }) => at),
    webhookIds: order.map(({ entry }) => ids[entry] ?? ""),
    targets: new Uint16Array(order.length),
    altered: 0,
  };
  // Settling counts each webhook-id's first arrival.
  return p99Of(settleAccount(sent, attempts, 1).latencies.endToEnd);
}
