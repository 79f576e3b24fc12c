/** Load, fault after fault, then the reckoning. The short form and the long run are this one function. */
import type { Random } from "@stellwerk/e2e/random.ts";
import { waitFor } from "@stellwerk/e2e/wait.ts";
import { formatId, parseId } from "@stellwerk/delivery";
import { checkHistory, readHistory } from "@stellwerk/history";
import { openDatabase } from "@stellwerk/store";
import { planEachOnce, planFaults } from "./faults/plan.ts";
import { strikeAll, type Struck } from "./faults/strike-all.ts";
import { reckon, type Reckoning } from "./report/reckon.ts";
import { writeObservations, type LoggedDelivery } from "./report/observations.ts";
import { startDrillLoad, type Promised } from "./stage/drill-load.ts";
import { startPerson } from "./stage/person.ts";
import { setUpDrill } from "./stage/set-up.ts";
import { openStage, type BusName, type Stage } from "./stage/stage.ts";

/** Over six accounts, five deliveries each. */
const EVENTS_PER_SECOND = 12;
const ACCOUNTS = 6;
const SUBJECTS = 36;
/** A receiver takes its time, so that several calls are open when their sender dies. */
const RECEIVER_TAKES_MS = [20, 250] as const;
/** What is left when the load stops: retries, a call that hangs, a person who looks once a second. */
const SETTLE_WITHIN_MS = 120_000;
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
      withinMs: SETTLE_WITHIN_MS,
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

/** Waits until all that was promised is routed and nothing waits any more, and answers what the log says. */
async function settle(
  { postgres }: Stage,
  promised: readonly Promised[],
): Promise<{ logged: LoggedDelivery[]; repeatedRecords: number }> {
  const db = openDatabase({ url: postgres.url, applicationName: "stellwerk faults" });
  try {
    const ids = promised.map(({ event }) => parseId("evt", event));
    const isEmpty = async () => {
      const [row] = await db.query<{ routed: number; waiting: number }>(
        `SELECT (SELECT count(*) FROM event WHERE id = ANY ($1))::int AS routed,
           (SELECT count(*) FROM queue)::int AS waiting`,
        [ids],
      );
      return row?.routed === ids.length && row.waiting === 0;
    };
    await waitFor(isEmpty, { withinMs: SETTLE_WITHIN_MS, everyMs: 500, what: "everything to arrive" }).catch(
      () => {
        // The reckoning names what is missing, which says more than a timeout.
      },
    );
    const rows = await db.query<LoggedDelivery>(
      `SELECT id, event_id AS "eventId", subscription_id AS "subscriptionId", key, coalesce(state, 'queued') AS state,
         possibly_sent AS "possiblySent"
       FROM delivery`,
    );
    // What was read of the bus, less the events that it was.
    const [bus] = await db.query<{ repeated: number }>(
      "SELECT ((SELECT sum(next_offset) FROM partition_routed) - (SELECT count(*) FROM event))::int AS repeated",
    );
    const logged = rows.map((row) => ({
      ...row,
      id: formatId("dlv", row.id),
      eventId: formatId("evt", row.eventId),
      subscriptionId: formatId("sub", row.subscriptionId),
      key: formatId("dlv", row.key),
    }));
    return { logged, repeatedRecords: bus?.repeated ?? 0 };
  } finally {
    await db.close();
  }
}
