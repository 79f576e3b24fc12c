/** Tables as they look after some weeks, so that plans can be judged: 50,000 events with their deliveries. */
import { newUuid } from "@stellwerk/delivery";
import type { Database } from "../database.ts";
import { ensureTablePartitions } from "../table-partitions.ts";
import { seedAccount } from "./seed.ts";
import type { Seed } from "./seed.ts";

export interface LargeTables extends Seed {
  /** Owns every partition at epoch 1. */
  readonly dispatcherId: string;
  readonly epoch: 1;
  /** The one that the account's deliveries are in; the others hold those of other accounts. */
  readonly partition: number;
  /** Somewhere in the middle; its delivery was delivered. */
  readonly eventId: string;
  readonly deliveryId: string;
  /** Claimed by the dispatcher. */
  readonly claimedDeliveryIds: readonly string[];
}

const EVENTS = 50_000;
const WEEKS = 3;
const PARTITIONS = 12;
const SUBSCRIPTIONS = 20;
const PARTITION = 3;
const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;

/** Seconds, not milliseconds: one call a test file. */
export async function fillLargeTables(db: Database): Promise<LargeTables> {
  const now = new Date();
  const start = new Date(now.getTime() - WEEKS * WEEK_MS);
  const seed = await seedAccount(db, { partitions: PARTITIONS, subscriptions: SUBSCRIPTIONS });
  await ensureTablePartitions(db, { now: start, weeksAhead: WEEKS });
  const dispatcherId = newUuid();
  await db.query("UPDATE partition_owner SET dispatcher_id = $1, epoch = 1", [dispatcherId]);

  // Every second event is the account's, the rest belongs to two hundred others. `n` is also its age.
  await db.query(
    `INSERT INTO event (id, account_id, source_id, type, subject, time, content_type, title, domain, revision, body)
     SELECT
       (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '70008' || substr(md5(n::text), 1, 15))::uuid,
       CASE WHEN n % 2 = 0 THEN $1::uuid ELSE md5('account' || n % 200)::uuid END, $2::uuid,
       'website_status_changed', 'website/' || n % 5000, t, 'application/json',
       'Title ' || n % 5000, 'site-' || n % 5000 || '.example', 1, convert_to('{"event":"x"}', 'UTF8')
     FROM generate_series(1, ${EVENTS}) AS n,
       LATERAL (SELECT $3::timestamptz + n * ($4::timestamptz - $3::timestamptz) / ${EVENTS} AS t) AS at`,
    [seed.accountId, seed.sourceId, start, now],
  );
  await db.query(
    `INSERT INTO delivery (
       id, account_id, event_id, subscription_id, subscription_version, connection_id, key, state, attempts, finished_at
     )
     SELECT
       id, account_id, id,
       CASE WHEN account_id = $1 THEN ($2::uuid[])[1 + n % ${SUBSCRIPTIONS}] ELSE md5(account_id::text)::uuid END,
       1, $3, id,
       CASE WHEN n % 50 = 0 THEN 'dead' WHEN n <= ${EVENTS / 2} THEN 'delivered' END, 1, now()
     FROM (SELECT id, account_id, row_number() OVER (ORDER BY id) AS n FROM event) AS e`,
    [seed.accountId, seed.subscriptionIds, seed.connectionId],
  );
  await db.query(
    "INSERT INTO undelivered (delivery_id, account_id, state) SELECT id, account_id, state FROM delivery WHERE state = 'dead'",
  );
  await db.query(
    `INSERT INTO attempt (id, account_id, delivery_id, number, started_at, duration_ms, outcome)
     SELECT id, account_id, id, 1, now(), 35, 'delivered' FROM delivery`,
  );
  // What is not final waits; half of it is due, and the dispatcher has two hundred in hand.
  await db.query(
    `INSERT INTO queue (
       delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, claimed_epoch
     )
     SELECT
       id, account_id,
       CASE WHEN account_id = $1 THEN ${PARTITION} ELSE get_byte(uuid_send(account_id), 0) % ${PARTITIONS} END,
       n, subscription_id, 1, event_id, key,
       now() + (n % 7200 - 3600) * interval '1 second',
       CASE WHEN account_id = $1 AND n % 100 = 0 THEN 1 END
     FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM delivery WHERE state IS NULL) AS d`,
    [seed.accountId],
  );
  for (const table of ["event", "delivery", "attempt", "queue", "undelivered"])
    await db.query(`VACUUM ANALYZE ${table}`);

  const claimed = await db.query<{ id: string }>(
    "SELECT delivery_id AS id FROM queue WHERE claimed_epoch = 1 ORDER BY seq LIMIT 100",
  );
  const [middle] = await db.query<{ id: string }>(
    "SELECT id FROM delivery WHERE account_id = $1 AND state = 'delivered' ORDER BY id OFFSET 5000 LIMIT 1",
    [seed.accountId],
  );
  const id = middle?.id ?? "";
  const claimedDeliveryIds = claimed.map((row) => row.id);
  return {
    ...seed,
    dispatcherId,
    epoch: 1,
    partition: PARTITION,
    eventId: id,
    deliveryId: id,
    claimedDeliveryIds,
  };
}
