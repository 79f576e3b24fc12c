/** The command line of `pnpm bench scenarios`. */
import { parseArgs } from "node:util";
import { readNumber, readSystem } from "../options.ts";
import { SCENARIOS } from "./scenarios.ts";

export interface ScenarioOptions {
  readonly scenarios: readonly string[];
  readonly systems: readonly string[];
  /** Of each stretch of load. */
  readonly seconds: number;
  /** Deliveries a second where a fixed rate is measured at. */
  readonly rate: number;
  readonly backlog: number;
  /** How long the backlog's drain is watched; 0: to its end. */
  readonly drainSeconds: number;
  readonly accounts: number;
  readonly keptEvents: number;
  readonly churnSeconds: number;
  readonly rounds: number;
  /** Of one core, for each dispatcher. */
  readonly dispatcherShare: number;
  readonly jsonFile: string | undefined;
  readonly docs: boolean;
  /** Results of earlier runs, to be written into the document instead of measuring. */
  readonly from: readonly string[];
}

export function scenarioUsage(): string {
  const names = Object.entries(SCENARIOS).map(([name, { title }]) => `      ${name}: ${title}`);
  return `pnpm bench scenarios [options]
  --scenario a,b           default: all of
${names.join("\n")}
  --systems standalone     or split, kafka; a scenario leaves out those that would say nothing new
  --seconds 8              each stretch of load
  --rate 800               deliveries a second where the rate is fixed
  --backlog 500000         backlog: waiting deliveries
  --drain-seconds 20       backlog: how long its drain is watched; 0 waits for the end
  --accounts 1000          many-subscriptions: each with ten subscriptions
  --events 10000000        kept-events: how many
  --churn-seconds 60       kept-events: how long the queue is churned
  --rounds 3               telemetry: rounds of each mode
  --dispatcher-share 5     several: per cent of a core that each dispatcher may use
  --json file              where the result goes; default bench/results/scenarios-<time>.json
  --docs                   write table and chart into docs/
  --from a.json,b.json     measure nothing, show (and with --docs write) these results`;
}

export type ParsedScenarioOptions =
  | { readonly ok: true; readonly options: ScenarioOptions }
  | { readonly ok: false; readonly problem: string };

const text = (fallback: string) => ({ type: "string", default: fallback }) as const;

export function parseScenarioOptions(args: readonly string[]): ParsedScenarioOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenario: text(Object.keys(SCENARIOS).join(",")),
        systems: text("standalone"),
        seconds: text("8"),
        rate: text("800"),
        backlog: text("500000"),
        "drain-seconds": text("20"),
        accounts: text("1000"),
        events: text("10000000"),
        "churn-seconds": text("60"),
        rounds: text("3"),
        "dispatcher-share": text("5"),
        json: { type: "string" },
        docs: { type: "boolean", default: false },
        from: { type: "string" },
      },
    });
    const options: ScenarioOptions = {
      scenarios: values.scenario.split(",").map(readScenario),
      systems: values.systems.split(",").map(readInstallation),
      seconds: readNumber("--seconds", values.seconds, 1),
      rate: readNumber("--rate", values.rate, 10),
      backlog: readNumber("--backlog", values.backlog, 100),
      drainSeconds: readNumber("--drain-seconds", values["drain-seconds"], 0),
      accounts: readNumber("--accounts", values.accounts, 1),
      keptEvents: readNumber("--events", values.events, 1_000),
      churnSeconds: readNumber("--churn-seconds", values["churn-seconds"], 1),
      rounds: readNumber("--rounds", values.rounds, 1),
      dispatcherShare: readNumber("--dispatcher-share", values["dispatcher-share"], 1),
      jsonFile: values.json,
      docs: values.docs,
      from: values.from?.split(",") ?? [],
    };
    return { ok: true, options };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

function readScenario(name: string): string {
  if (Object.hasOwn(SCENARIOS, name)) return name;
  throw new RangeError(`--scenario knows ${Object.keys(SCENARIOS).join(", ")}, not "${name}"`);
}

function readInstallation(name: string): string {
  if (name !== "bare") return readSystem(name);
  throw new RangeError("the bare loop stores nothing and has no scenarios");
}
