/** (e) Ten million kept small events: what claims, lists and lookups cost beside an empty store, and whether vacuum keeps up. */
import {
  claimDueDeliveries,
  findDelivery,
  findEvent,
  listDeliveries,
  listEvents,
  releaseClaims,
} from "@stellwerk/store";
import { monotonicMs } from "../monotonic-clock.ts";
import { oneDigit, whole } from "../report/numbers.ts";
import { churnQueue, routeEvents, type QueueSample } from "./churn.ts";
import { judgeRatio, median } from "./judge.ts";
import { PARTITION, seedKeptEvents, startKeptStore, type KeptStore } from "./kept-store.ts";
import type { Scenario } from "./scenario.ts";

/** That wait while it is measured, in both stores. */
const WAITING = 2_000;
const ROUNDS = 200;
const CLAIMED_AT_ONCE = 50;
const PAGE = { limit: 50 };
/** What we call "keeps up": the second half of the churn leaves no more behind than the first. */
const MOST_GROWTH = 1.5;
const SECONDS_PER_HOUR = 3_600;

export const keptEvents: Scenario = {
  title: "many kept events, and an hour's churn of the queue",
  systems: ["standalone"],
  async run({ options, say }) {
    const store = await startKeptStore();
    try {
      await routeEvents(store, WAITING, null);
      await store.db.query("VACUUM ANALYZE");
      say("claim, list and lookup in an empty store");
      const empty = await timeStatements(store);
      say(`writing ${options.keptEvents} events`);
      const seededFrom = monotonicMs();
      await seedKeptEvents(store, options.keptEvents);
      const seedingSeconds = (monotonicMs() - seededFrom) / 1_000;
      say(`written in ${seedingSeconds.toFixed(0)} s; the same again`);
      const full = await timeStatements(store);
      const [size] = await store.db.query<{ bytes: number }>(
        "SELECT pg_database_size(current_database()) AS bytes",
      );
      say(`churn for ${options.churnSeconds} s`);
      const churn = await churnQueue(store, options.churnSeconds);

      const half = (churn.seconds * 1_000) / 2;
      const most = (pick: (sample: QueueSample) => number, isLate: boolean) =>
        Math.max(0, ...churn.samples.filter(({ atMs }) => atMs >= half === isLate).map(pick));
      const sizeMb = (isLate: boolean) => most(({ bytes }) => bytes / 1e6, isLate);
      const dead = (isLate: boolean) => most(({ deadRows }) => deadRows, isLate);
      return {
        verdicts: [
          ...[...full].map(([name, ms]) =>
            judgeRatio(`${name}, median`, ms, empty.get(name) ?? Number.NaN, { atMost: 2 }, "ms"),
          ),
          judgeRatio(
            "size of queue, second half of the churn against the first",
            sizeMb(true),
            sizeMb(false),
            { atMost: MOST_GROWTH },
            "MB",
          ),
          judgeRatio(
            "dead rows in queue, the same",
            dead(true),
            Math.max(1, dead(false)),
            { atMost: MOST_GROWTH },
            "rows",
          ),
        ],
        figures: [...full].flatMap(([name, ms]) => [
          { group: name, label: "empty", value: empty.get(name) ?? Number.NaN, unit: "ms" },
          { group: name, label: `${whole(options.keptEvents)} events`, value: ms, unit: "ms" },
        ]),
        flaws: await findLost(store),
        notes: [
          `${whole(options.keptEvents)} events were written in ${oneDigit(seedingSeconds)} s, ${oneDigit((size?.bytes ?? 0) / 1e9)} GB with their deliveries (one for ten events).`,
          `${whole(churn.deliveries)} deliveries went through the queue in ${oneDigit(churn.seconds)} s, as many as ${whole(churn.deliveries / SECONDS_PER_HOUR)} a second make in an hour; ${churn.vacuums} automatic vacuums of it.`,
        ],
      };
    } finally {
      await store.stop();
    }
  },
};

/** Medians in ms, through the functions that the apps call. */
async function timeStatements(store: KeptStore): Promise<Map<string, number>> {
  const { db, accountId, dispatcherId, epoch, subscriptionId } = store;
  const known = await db
    .query<{ id: string }>("SELECT id FROM delivery WHERE account_id = $1 ORDER BY md5(id::text) LIMIT 200", [
      accountId,
    ])
    .then((rows) => rows.map(({ id }) => id));
  const idOf = (round: number) => known[round % known.length] ?? "";
  const lane = { partition: PARTITION, epoch, subscriptionId, room: CLAIMED_AT_ONCE, bodyRoom: 8_000_000 };
  const runs: Readonly<Record<string, (round: number) => Promise<(() => Promise<void>) | void>>> = {
    claim: async () => {
      const claimed = await claimDueDeliveries(db, dispatcherId, [lane]);
      if (claimed.length < CLAIMED_AT_ONCE)
        throw new Error(`claimed ${claimed.length} of ${CLAIMED_AT_ONCE}`);
      return () => releaseClaims(db, dispatcherId, claimed);
    },
    "list events": async () => void (await listEvents(db, accountId, {}, PAGE)),
    "list events of a subject": async () =>
      void (await listEvents(db, accountId, { subject: "website/1" }, PAGE)),
    "list deliveries": async () => void (await listDeliveries(db, accountId, {}, PAGE)),
    "look up an event": async (round) => void (await findEvent(db, accountId, idOf(round))),
    "look up a delivery": async (round) => void (await findDelivery(db, accountId, idOf(round))),
  };
  const medians = new Map<string, number>();
  for (const [name, run] of Object.entries(runs)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const from = monotonicMs();
      const undo = await run(round);
      times.push(monotonicMs() - from);
      await undo?.();
    }
    medians.set(name, median(times));
  }
  return medians;
}

/** After the churn exactly what waited before waits. */
async function findLost({ db }: KeptStore): Promise<string[]> {
  const [row] = await db.query<{ waiting: number }>("SELECT count(*) AS waiting FROM queue");
  const waiting = row?.waiting ?? 0;
  return waiting === WAITING ? [] : [`${WAITING} deliveries should wait after the churn, ${waiting} do`];
}
