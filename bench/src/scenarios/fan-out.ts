/** (f) Each event goes to one target, then to twenty: deliveries a second. */
import { runPhase } from "../measure/run-phase.ts";
import { flawsOf } from "../report/flaws.ts";
import { apiOf, CLOSED_LOOP, subscribeTargets, WARM_UP } from "./installation.ts";
import { cpuUsPerEvent, judgeRatio, othersPercentOf } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

const WIDE = 20;
/** More events than twenty targets can be served with, so that it is busy all the time. */
const OVERLOAD = 1.5;

export const fanOut: Scenario = {
  title: "fan-out 1 → 20",
  systems: ["standalone", "split", "kafka"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const system = await stage.start();
    const api = apiOf(system);
    await subscribeTargets(api, stage, 0, 1);
    const narrowBench = { system, instruments, targets: 1 };
    await runPhase(narrowBench, WARM_UP);
    say("one target, as fast as it goes");
    const narrow = await runPhase(narrowBench, { seconds: options.seconds, pace: CLOSED_LOOP });

    await subscribeTargets(api, stage, 1, WIDE);
    const wideBench = { ...narrowBench, targets: WIDE };
    const rate = Math.max(1, Math.round((narrow.deliveriesPerSecond * OVERLOAD) / WIDE));
    await runPhase(wideBench, { seconds: 2, pace: { rate } });
    say(`twenty targets, ${rate} events/s`);
    const wide = await runPhase(wideBench, { seconds: options.seconds, pace: { rate } });

    const [one, twenty] = [narrow, wide].map((phase) => phase.deliveriesPerSecond);
    const cpuPerDelivery = cpuUsPerEvent(wide) / WIDE;
    return {
      verdicts: [
        judgeRatio(
          "deliveries a second at 20 against those at 1",
          twenty ?? 0,
          one ?? 0,
          { atLeast: 1 },
          "a second",
        ),
      ],
      figures: [
        { group: "deliveries a second", label: "fan-out 1", value: one ?? 0, unit: "/s" },
        { group: "deliveries a second", label: "fan-out 20", value: twenty ?? 0, unit: "/s" },
        { group: "CPU a delivery", label: "fan-out 1", value: cpuUsPerEvent(narrow), unit: "µs" },
        { group: "CPU a delivery", label: "fan-out 20", value: cpuPerDelivery, unit: "µs" },
      ],
      othersPercent: othersPercentOf([narrow, wide]),
      flaws: [narrow, wide].flatMap(({ account }) => flawsOf(account)),
    };
  },
};
