/** `connector try <connector> <action> [--sample <name>] [--against fake|url] [--connection <file>]` */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { PlayedConnection } from "../conformance/options.ts";
import type { Connector } from "../connector.ts";
import { nearest } from "./nearest.ts";
import { painter, printTried } from "./print-tried.ts";
import { type Play, tryAction } from "./try-action.ts";

export const TRY_HELP = `connector try <connector> <action>

  --sample <name>        one of the action's samples; the first unless said
  --against fake|<url>   the played vendor unless said; all requests go to that address
  --connection <file>    JSON with settings, secrets and token, instead of the played ones

Shows plan, request, reply and outcome. Secrets are shown as dots.
`;

export interface Found {
  readonly connector: Connector;
  /** Its `src/testing/play.ts`. */
  readonly play?: Play | undefined;
}

export interface TryCommand {
  readonly args: readonly string[];
  readonly names: readonly string[];
  readonly load: (name: string) => Promise<Found>;
  readonly write: (text: string) => void;
  readonly hasColours: boolean;
}

/** The exit code: 0 delivered or skipped, 1 anything else, 2 not understood. */
export async function runTryCommand({ args, names, load, write, hasColours }: TryCommand): Promise<number> {
  const refuse = (message: string): number => {
    write(`${message}\n`);
    return 2;
  };
  let asked: ReturnType<typeof readArgs>;
  try {
    asked = readArgs(args);
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n\n${TRY_HELP}`);
  }
  const [name, actionName, ...rest] = asked.positionals;
  if (name === undefined || rest.length > 0) return refuse(TRY_HELP);
  if (!names.includes(name)) return refuse(unknown("connector", name, names));
  const { connector, play } = await load(name);
  const actions = Object.keys(connector.actions);
  // A connector with one action needs no name for it.
  const wanted =
    actionName?.replace(`${connector.id}.`, "") ?? (actions.length === 1 ? actions[0] : undefined);
  if (wanted === undefined) return refuse(`${connector.id} has ${actions.join(", ")}: which one?`);
  const action = Object.hasOwn(connector.actions, wanted) ? connector.actions[wanted] : undefined;
  if (action === undefined) return refuse(unknown(`action of ${connector.id}`, wanted, actions));
  const samples = action.samples.map((each) => each.name);
  const sampleName = asked.values.sample ?? samples[0];
  const sample = action.samples.find((each) => each.name === sampleName);
  if (sample === undefined)
    return refuse(unknown(`sample of ${connector.id}.${wanted}`, sampleName ?? "", samples));
  const { against = "fake" } = asked.values;
  if (against !== "fake" && URL.parse(against) === null) {
    return refuse(`--against is "fake" or a URL such as http://127.0.0.1:3000; got "${against}"`);
  }
  const file = asked.values.connection;
  const connection = file === undefined ? undefined : readConnection(file);
  if (typeof connection === "string") return refuse(connection);
  const tried = await tryAction({
    connector,
    action,
    sample,
    against: against === "fake" ? undefined : against,
    play,
    connection,
  });
  if (!tried.ok) {
    const list = tried.problems.map(
      ({ path, message, fix }) => `  ${path} ${message}${fix === undefined ? "" : `. ${fix}`}`,
    );
    return refuse(
      `The connection or the sample does not fit:\n${list.join("\n")}\nGive --connection a file with { "settings": {…}, "secrets": {…} }, or the package a src/testing/play.ts.`,
    );
  }
  const paint = painter(hasColours);
  write(
    `${paint("bold", `${connector.id}.${wanted}`)} ${paint("dim", sample.name)}\n\n${printTried(tried, paint)}\n`,
  );
  return ["delivered", "skipped"].includes(tried.result.outcome.kind) ? 0 : 1;
}

function readArgs(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { sample: { type: "string" }, against: { type: "string" }, connection: { type: "string" } },
  });
}

function unknown(what: string, typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  const meant = near === undefined ? "" : ` Did you mean "${near}"?`;
  const all =
    names.length === 0 ? "There is none." : `There is ${names.map((name) => `"${name}"`).join(", ")}.`;
  return `There is no ${what} "${typed}".${meant} ${all}`;
}

/** What is wrong with it, as a text. */
function readConnection(file: string): PlayedConnection | string {
  try {
    const {
      settings = {},
      secrets = {},
      token,
    } = JSON.parse(readFileSync(file, "utf8")) as Partial<PlayedConnection>;
    return { settings, secrets, token };
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is not JSON" : (error as NodeJS.ErrnoException).code;
    return `${file} cannot be read: ${why}`;
  }
}
