/** The command line of `pnpm bench`. */
import { parseArgs } from "node:util";
import { SYSTEMS } from "./systems/systems.ts";

export interface Options {
  readonly seconds: number;
  /** Events a second; "max" looks for the highest rate that is sustained. */
  readonly rates: readonly (number | "max")[];
  readonly systems: readonly string[];
  /** Webhook subscriptions that each event goes to. */
  readonly fanOut: number;
  /** Further subscriptions, to a type that is never sent. */
  readonly bystanders: number;
  readonly idleSeconds: number;
  readonly jsonFile: string | undefined;
  /** Write the tables into docs/benchmarks.md. */
  readonly docs: boolean;
  /** Write CPU profiles of the systems and print what took the time. */
  readonly profile: boolean;
  /** Where to write the histories of the systems, to be checked at the end; none without. */
  readonly historyDir: string | undefined;
}

export const USAGE = `pnpm bench [options]           pnpm bench scenarios --help: bad targets, backlogs, large installations
  --seconds 10             how long each rate is held
  --rates 400,1000,max     events a second; max looks for the highest sustained rate
  --systems bare,standalone
${Object.entries(SYSTEMS)
  .map(([name, { about }]) => `                           ${name}: ${about}`)
  .join("\n")}
  --fan-out 1              webhook subscriptions that each event goes to
  --bystanders 0           subscriptions to a type that is never sent
  --idle-seconds 10        how long the idle system is watched; 0 leaves it out
  --json file              where the result goes; default bench/results/<time>.json
  --docs                   write the tables into docs/benchmarks.md
  --profile                CPU profiles of the systems, and what took the time
  --history folder         histories of the systems, checked at the end (docs/reliability.md); a run with it is slower`;

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly problem: string };

export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seconds: { type: "string", default: "10" },
        rates: { type: "string", default: "400,1000,max" },
        systems: { type: "string", default: "bare,standalone" },
        "fan-out": { type: "string", default: "1" },
        bystanders: { type: "string", default: "0" },
        "idle-seconds": { type: "string", default: "10" },
        json: { type: "string" },
        docs: { type: "boolean", default: false },
        profile: { type: "boolean", default: false },
        history: { type: "string" },
      },
    });
    const options: Options = {
      seconds: readNumber("--seconds", values.seconds, 1),
      rates: values.rates.split(",").map((rate) => (rate === "max" ? rate : readNumber("--rates", rate, 1))),
      systems: values.systems.split(",").map(readSystem),
      fanOut: readNumber("--fan-out", values["fan-out"], 1),
      bystanders: readNumber("--bystanders", values.bystanders, 0),
      idleSeconds: readNumber("--idle-seconds", values["idle-seconds"], 0),
      jsonFile: values.json,
      docs: values.docs,
      profile: values.profile,
      historyDir: values.history,
    };
    return { ok: true, options };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

export function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= least) return value;
  throw new RangeError(`${name} takes whole numbers from ${least} up, not "${text}"`);
}

export function readSystem(name: string): string {
  if (Object.hasOwn(SYSTEMS, name)) return name;
  throw new RangeError(`--systems knows ${Object.keys(SYSTEMS).join(", ")}, not "${name}"`);
}
