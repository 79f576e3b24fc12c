/** `dead list`, `dead show` and `dead republish`: what could not be routed, and another try for it. */
import { parseArgs } from "node:util";
import { EVENTS_TOPIC, readDeadRecord, type EventBus } from "@stellwerk/bus";
import { jsonLine, listLine, NOT_OURS, refOf, wholeRecord } from "./print-record.ts";
import { readDeadTopic } from "./read-dead-topic.ts";

export const USAGE = `What could not be routed is in a dead topic, with the reason. Nothing takes it out of there but its retention.

  dead list [--json]                     every record: its place in the dead topic, where it came from, why
  dead show <place>                      one record with its headers and its value
  dead republish <place…> | --all        puts records back where they came from, with their own headers

  --topic stellwerk.operations           of that topic; default ${EVENTS_TOPIC}

An event that was routed already is not delivered again, so publishing one twice does no harm.`;

export interface DeadCommand {
  readonly args: readonly string[];
  /** After `ensureTopics`. */
  readonly bus: EventBus;
  readonly print: (line: string) => void;
}

/** The exit code. */
export async function runDeadCommand({ args, bus, print }: DeadCommand): Promise<number> {
  const wanted = readArguments(args);
  if (typeof wanted === "string") {
    print(`${wanted}\n\n${USAGE}`);
    return 2;
  }
  const { command, topic } = wanted;
  if (command === "republish") return republish(wanted, bus, print);
  let found = 0;
  await readDeadTopic(bus, topic, async (record) => {
    const dead = readDeadRecord(record);
    if (command === "show" && !wanted.places.has(refOf(record))) return;
    found += 1;
    if (command === "show") print(wholeRecord(record, dead));
    else print(wanted.json ? jsonLine(record, dead) : listLine(record, dead));
  });
  if (command === "show" && found === 0) {
    print(`There is no ${[...wanted.places].join(", ")} in the dead topic of ${topic}`);
    return 1;
  }
  if (!wanted.json && command === "list") print(found === 0 ? "The dead topic is empty" : `${found} in all`);
  return 0;
}

async function republish(
  { topic, places, all }: DeadArguments,
  bus: EventBus,
  print: DeadCommand["print"],
): Promise<number> {
  const missing = new Set(places);
  let published = 0;
  let left = 0;
  await readDeadTopic(bus, topic, async (record) => {
    const ref = refOf(record);
    if (!all && !places.has(ref)) return;
    missing.delete(ref);
    const dead = readDeadRecord(record);
    // The topic is named by a header: only back to where this dead topic belongs.
    if (dead === undefined || dead.topic !== topic) {
      left += 1;
      print(`${ref}  left: ${NOT_OURS}`);
      return;
    }
    await bus.publish([dead.original]);
    published += 1;
    print(`${ref}  published to ${topic}`);
  });
  for (const ref of missing) print(`${ref}  is not in the dead topic`);
  print(`${published} published, ${left + missing.size} not`);
  return left + missing.size === 0 ? 0 : 1;
}

interface DeadArguments {
  readonly command: "list" | "show" | "republish";
  readonly topic: string;
  readonly places: ReadonlySet<string>;
  readonly all: boolean;
  readonly json: boolean;
}

/** What is wrong with them, if something is. */
function readArguments(args: readonly string[]): DeadArguments | string {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { topic: { type: "string" }, json: { type: "boolean" }, all: { type: "boolean" } },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const [command, ...places] = positionals;
  if (command !== "list" && command !== "show" && command !== "republish") {
    return command === undefined ? "What is to be done?" : `There is no "${command}" here`;
  }
  const strange = places.find((place) => !/^\d+\/\d+$/.test(place));
  if (strange !== undefined) return `"${strange}" is no place; \`dead list\` shows them, such as 0/17`;
  if (command === "list" && places.length > 0) return "`list` takes no places";
  if (command === "show" && places.length !== 1) return "Show which one? Give its place, such as 0/17";
  const all = values.all === true;
  if (command === "republish" && all === places.length > 0)
    return "Republish which? Give their places, such as 0/17 0/18, or --all";
  return {
    command,
    topic: values.topic ?? EVENTS_TOPIC,
    places: new Set(places),
    all,
    json: values.json === true,
  };
}
