/** Ordered backlogs of half a million: nobody reads the backlog to find who is next. */
import { newUuid } from "@stellwerk/delivery";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as store from "./index.ts";
import type { Database } from "./index.ts";
import { sqlFile } from "./sql-file.ts";
import {
  captureStatements,
  expectIndexed,
  openTestDatabase,
  seedAccount,
  type Seed,
  type TestDatabase,
} from "./testing/index.ts";
import { API_ROLE } from "./wall/roles.ts";

const PARTITION = 3;
const ROWS = 500_000;
const OF_ONE_SUBJECT = 50_000;
const SUBJECTS = 100_000;
const LANES = 20;

interface Backlog extends Seed {
  readonly dispatcherId: string;
  /** Held, with all others of its subject behind it. */
  readonly headId: string;
  /** In the middle of them. */
  readonly behindId: string;
  /** An event of that subject. */
  readonly eventId: string;
  readonly orderKey: string;
}

let database: TestDatabase;
let backlog: Backlog;

beforeAll(async () => {
  database = await openTestDatabase();
  backlog = await fill(database.db);
}, 120_000);
afterAll(() => database[Symbol.asyncDispose]());

/** The first rows are of one subject, behind one that is held; the others of 100,000, each with one in front. */
async function fill(db: Database): Promise<Backlog> {
  const seed = await seedAccount(db, { partitions: 12, subscriptions: LANES, ordered: true });
  const dispatcherId = newUuid();
  await db.query("UPDATE partition_owner SET dispatcher_id = $1, epoch = 1", [dispatcherId]);
  await db.query(
    `INSERT INTO queue (
       delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key,
       due_at, order_key, behind, held, reason
     )
     SELECT
       id, $1, ${PARTITION}, n, ($2::uuid[])[1 + n % ${LANES}], 1, id, id,
       CASE WHEN behind OR n = 1 THEN 'infinity' ELSE now() - n * interval '1 ms' END,
       subject_order_key($3, subject), behind, n = 1, CASE WHEN n = 1 THEN 'in_doubt' END
     FROM generate_series(1, ${ROWS}) AS n
     CROSS JOIN LATERAL (
       SELECT
         (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - ${ROWS} + n), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid
           AS id,
         CASE WHEN n <= ${OF_ONE_SUBJECT} THEN 'website/0' ELSE 'website/' || 1 + n % ${SUBJECTS} END AS subject,
         CASE WHEN n <= ${OF_ONE_SUBJECT} THEN n > 1 ELSE n > ${OF_ONE_SUBJECT + SUBJECTS} END AS behind
     ) AS made`,
    [seed.accountId, seed.subscriptionIds, seed.connectionId],
  );
  const [head, behind] = await db.query<{ id: string; key: string }>(
    "SELECT delivery_id AS id, order_key AS key FROM queue WHERE seq IN (1, 25000) ORDER BY seq",
  );
  const eventId = newUuid();
  await db.query(
    `INSERT INTO event (id, account_id, source_id, type, subject, time, content_type, revision, body)
     VALUES ($1, $2, $3, 'x', 'website/0', now(), 'application/json', 1, '{}')`,
    [eventId, seed.accountId, seed.sourceId],
  );
  await db.query(
    `INSERT INTO delivery (id, account_id, event_id, subscription_id, subscription_version, connection_id, key)
     SELECT delivery_id, account_id, $1, subscription_id, 1, $2, key FROM queue WHERE seq IN (1, 25000)`,
    [eventId, seed.connectionId],
  );
  await db.query("VACUUM ANALYZE queue");
  return { ...seed, dispatcherId, headId: head!.id, behindId: behind!.id, eventId, orderKey: head!.key };
}

interface Case {
  /** By default so many as a lane's claim. */
  readonly rowsRead?: number;
  readonly ofApi?: boolean;
  readonly run: (db: Database, backlog: Backlog) => Promise<unknown>;
}

const lane = (subscriptionId: string) => ({
  partition: PARTITION,
  epoch: 1,
  subscriptionId,
  room: 50,
  bodyRoom: 1e6,
});

const cases: Readonly<Record<string, Case>> = {
  "claim-due-deliveries": {
    // Fifty of each of twenty lanes, once found and once claimed.
    rowsRead: 2_100,
    run: (db, { dispatcherId, subscriptionIds }) =>
      store.claimDueDeliveries(db, dispatcherId, subscriptionIds.map(lane)),
  },
  "next-due-of-lanes": {
    run: (db, { subscriptionIds }) => store.nextDueOfLanes(db, subscriptionIds.map(lane)),
  },
  "waiting-lanes": { run: (db) => store.waitingLanes(db, [PARTITION]) },
  "promote-next": {
    run: (db, { orderKey }) => store.promoteNext(db, [{ partition: PARTITION, orderKey }]),
  },
  "cancel-delivery": {
    ofApi: true,
    run: (db, { accountId, behindId }) =>
      db.transaction((tx) =>
        store.cancelDelivery(tx, { accountId, id: behindId, partition: PARTITION }, "x"),
      ),
  },
  "run-delivery": {
    ofApi: true,
    run: (db, { accountId, behindId }) =>
      db.transaction((tx) => store.runDelivery(tx, { accountId, id: behindId, partition: PARTITION })),
  },
  "load-deliveries": {
    ofApi: true,
    // No more than a thousand are counted of those before it.
    rowsRead: 1_100,
    run: (db, { accountId, behindId }) => store.findDelivery(db, accountId, behindId),
  },
  "insert-requested-delivery": {
    ofApi: true,
    run(db, { accountId, connectionId, subscriptionIds, eventId }) {
      const id = newUuid();
      const what = { subscriptionId: subscriptionIds[0]!, subscriptionVersion: 1, connectionId };
      const where = { partition: PARTITION, marksStart: false };
      return store.requestDelivery(db, { id, accountId, eventId, key: id, ...what, ...where });
    },
  },
  "insert-routed-events": {
    run(db, { accountId, sourceId, connectionId, subscriptionIds }) {
      const id = newUuid();
      const event = { id, accountId, sourceId, type: "x", subject: "website/0", time: new Date() };
      const nothing = { title: null, domain: null, traceparent: null };
      const received = { receivedAt: new Date(), contentType: "application/json", revision: 1 };
      const what = { accountId, eventId: id, subscriptionId: subscriptionIds[0]!, subscriptionVersion: 1 };
      const where = { partition: PARTITION, seq: ROWS + 1, claimedEpoch: null, ordered: true };
      return store.insertRoutedEvents(
        db,
        [{ ...event, ...nothing, ...received, body: Buffer.from("{}") }],
        [{ id: newUuid(), connectionId, ...what, ...where }],
        [],
      );
    },
  },
};

test.each(Object.keys(cases))(
  "%s reads no more than it needs of half a million",
  async (name) => {
    const { run, ofApi, ...options } = cases[name]!;
    const captured = await captureStatements(database.db, (db) => run(db, backlog));
    const mine = captured.find((each) => each.statement.name === name);
    expect(mine).toBeDefined();
    await expectIndexed(database.db, mine!.statement, mine!.values, options);
    if (ofApi !== true) return;
    const as = { role: API_ROLE, accountId: backlog.accountId };
    await expectIndexed(database.db, mine!.statement, mine!.values, { ...options, as });
  },
  20_000,
);

test("the net reads the first of each subject", async () => {
  const options = { rowsRead: SUBJECTS + 2 };
  const read = expectIndexed(database.db, sqlFile("stranded-subjects"), [[PARTITION]], options);
  await expect(read).resolves.toBeUndefined();
}, 20_000);

test("one behind 25,000 others says for whom it waits", async () => {
  const row = await store.findDelivery(database.db, backlog.accountId, backlog.behindId);
  expect(row?.waitsFor).toMatchObject({
    id: backlog.headId,
    state: "held",
    reason: "in_doubt",
    ahead: 1_000,
  });
});
