/** What metrics and traces cost: the same load with them off, with metrics, with metrics and one trace in a hundred. */
import { startChild } from "../child.ts";
import { stoppedOnInterrupt } from "../interrupt.ts";
import { runPhase, type Phase } from "../measure/run-phase.ts";
import { flawsOf } from "../report/flaws.ts";
import { whole } from "../report/numbers.ts";
import type { System } from "../systems/system.ts";
import { apiOf, CLOSED_LOOP, doorsOf, subscribeTargets } from "./installation.ts";
import { cpuUsPerEvent, judgeUnchanged, median, othersPercentOf } from "./judge.ts";
import type { Scenario } from "./scenario.ts";

interface Mode {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
}

const SETTLED_ROUNDS = 1;

export const telemetry: Scenario = {
  title: "metrics and traces, off and on",
  systems: ["standalone"],
  async run(stage) {
    const { instruments, options, say } = stage;
    const sink = startChild(new URL("../otlp-sink/main.ts", import.meta.url));
    const stopSink = stoppedOnInterrupt(() => sink.stop());
    try {
      const modes = modesWith(await sink.ask<string>("hello"));
      const systems: System[] = [];
      for (const { name, environment } of modes) {
        const system = await stage.start({ environment, label: name.replaceAll(/\W+/g, "-") });
        await subscribeTargets(apiOf(system), stage, 0, 1);
        systems.push(system);
      }
      const costs = modes.map((): number[] => []);
      const rates = modes.map((): number[] => []);
      const flaws: string[] = [];
      const phases: Phase[] = [];
      for (let round = -SETTLED_ROUNDS; round < options.rounds; round += 1) {
        for (const [index, system] of systems.entries()) {
          say(`${round < 0 ? "warming up" : `round ${round + 1}`}: ${modes[index]?.name}`);
          const bench = { system, instruments, targets: 1 };
          const steady = await runPhase(bench, { seconds: options.seconds, pace: { rate: options.rate } });
          await scrape(doorsOf(system).apiUrl);
          const top = await runPhase(bench, { seconds: Math.ceil(options.seconds / 2), pace: CLOSED_LOOP });
          flaws.push(...[steady, top].flatMap(({ account }) => flawsOf(account)));
          if (round < 0) continue;
          phases.push(steady, top);
          costs[index]?.push(cpuUsPerEvent(steady));
          rates[index]?.push(top.deliveriesPerSecond);
        }
      }
      const { requests, bytes } = await sink.ask<{ requests: number; bytes: number }>("count");
      const [cost, rate] = [costs.map(median), rates.map(median)];
      return {
        verdicts: [
          ...modes.slice(1).flatMap(({ name }, index) => [
            judgeUnchanged(`CPU an event, ${name}`, {
              with: cost[index + 1] ?? Number.NaN,
              without: [cost[0] ?? Number.NaN],
              unit: "µs",
              worseIs: "higher",
            }),
            judgeUnchanged(`throughput, ${name}`, {
              with: rate[index + 1] ?? Number.NaN,
              without: [rate[0] ?? Number.NaN],
              unit: "/s",
              worseIs: "lower",
            }),
          ]),
          {
            claim: "traces arrive at the collector",
            bound: "some",
            measured: `${whole(requests)} exports, ${whole(bytes / 1_024)} KiB`,
            met: requests > 0,
          },
        ],
        figures: modes.flatMap(({ name }, index) => [
          { group: "CPU an event", label: name, value: cost[index] ?? Number.NaN, unit: "µs" },
          { group: "throughput", label: name, value: rate[index] ?? Number.NaN, unit: "/s" },
        ]),
        flaws,
        othersPercent: othersPercentOf(phases),
        notes: [
          `Three installations side by side, their rounds in turn; medians of ${options.rounds} rounds at ${whole(options.rate)} events/s and as fast as it goes.`,
        ],
      };
    } finally {
      await stopSink();
    }
  },
};

function modesWith(collector: string): Mode[] {
  return [
    { name: "off", environment: { STELLWERK_METRICS: "off" } },
    { name: "metrics", environment: { STELLWERK_METRICS: "on" } },
    {
      name: "metrics, 1 % of traces",
      environment: {
        STELLWERK_METRICS: "on",
        OTEL_EXPORTER_OTLP_ENDPOINT: collector,
        OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
        OTEL_TRACES_SAMPLER_ARG: "0.01",
      },
    },
  ];
}

/** As Prometheus would; with metrics off there is nothing to read. */
async function scrape(apiUrl: string): Promise<void> {
  await (await fetch(`${apiUrl}/metrics`)).text();
}
