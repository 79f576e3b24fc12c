/** Load, fault after fault, then the reckoning. The short form and the long run are this one function. */
import type { Random } from "@stellwerk/e2e/random.ts";
import { waitFor } from "@stellwerk/e2e/wait.ts";
import { checkHistory, readHistory } from "@stellwerk/history";
import { planEachOnce, planFaults } from "./faults/plan.ts";
import { strikeAll, type Struck } from "./faults/strike-all.ts";
import { reckon, type Reckoning } from "./report/reckon.ts";
import { writeObservations } from "./report/observations.ts";
import { startDrillLoad } from "./stage/drill-load.ts";
import { startPerson } from "./stage/person.ts";
import { settle } from "./stage/settle.ts";
import { setUpDrill } from "./stage/set-up.ts";
import { openStage, type BusName } from "./stage/stage.ts";

/** Over six accounts, five deliveries each. */
const EVENTS_PER_SECOND = 12;
const ACCOUNTS = 6;
const SUBJECTS = 36;
/** A receiver takes its time, so that several calls are open when their sender dies. */
const RECEIVER_TAKES_MS = [20, 250] as const;
const WORKS_AGAIN_WITHIN_MS = 180_000;
const KEPT_OUTPUT = 12_000;

export interface RunOptions {
  readonly bus: BusName;
  /** How many; in the short form each kind once. */
  readonly faults: number | "each once";
  readonly random: Random;
  readonly onStruck: (struck: Struck, accepted: number, received: number) => void;
  /** Keeps the history of a run in which something is wrong. */
  readonly keep?: ((files: readonly string[], output: string) => void) | undefined;
}

export async function runFaults({ bus, faults, random, onStruck, keep }: RunOptions): Promise<Reckoning> {
  await using stage = await openStage(bus);
  const { receiver, addresses } = stage;
  const accounts = await setUpDrill(stage.api, receiver.url, ACCOUNTS);
  await receiver.misbehave({ delayMs: RECEIVER_TAKES_MS });
  const person = startPerson(
    addresses,
    accounts.map((each) => each.key),
    receiver,
  );
  const load = startDrillLoad({ addresses, accounts, perSecond: EVENTS_PER_SECOND, subjects: SUBJECTS });
  let struck: Struck[];
  try {
    const short = faults === "each once";
    const plan = short ? planEachOnce(stage, random) : planFaults(stage, faults, random);
    struck = await strikeAll({ stage, random, short }, plan, (each) =>
      onStruck(each, load.promised.length, receiver.received().length),
    );
    // It must also go on working, not only keep what it had.
    const before = load.promised.length;
    await waitFor(() => load.promised.length > before + EVENTS_PER_SECOND, {
      withinMs: WORKS_AGAIN_WITHIN_MS,
      what: () => `events to be accepted after the last fault\n${stage.output().slice(-KEPT_OUTPUT)}`,
    });
  } catch (error) {
    keep?.(stage.historyFiles(), stage.output());
    throw new Error(`The stage said last:\n${stage.output().slice(-KEPT_OUTPUT)}`, { cause: error });
  } finally {
    await load.stop();
  }
  const { logged, repeatedRecords } = await settle(stage, load.promised);
  await person.stop();
  await Promise.all([...stage.apis, ...stage.dispatchers].map(({ service }) => service.process.stop()));
  const { settled } = person;
  writeObservations(stage.historyFolder, {
    accounts,
    promised: load.promised,
    received: receiver.received(),
    settled,
    logged,
  });
  const lines = await readHistory(stage.historyFiles());
  const reckoning = reckon({
    struck,
    posted: load.posted,
    promised: load.promised,
    accounts,
    received: receiver.received(),
    logged,
    settled,
    broken: checkHistory(lines),
    lines,
    repeatedRecords,
    missingFaults: stage.missing,
  });
  if (reckoning.problems.length > 0) keep?.(stage.historyFiles(), stage.output());
  return reckoning;
}
