/** A backlog in seconds: events, deliveries and queue rows as the router leaves them, written in bulk. */
import { partitionFor } from "@stellwerk/bus";
import { formatId, parseId } from "@stellwerk/delivery";
import type { Database } from "@stellwerk/store";
import { bodyAroundId, websiteIdOf } from "../load/event-body.ts";
import { SENT_TYPE } from "../systems/set-up-account.ts";

export interface Backlog {
  /** As the API shows it. */
  readonly subscriptionId: string;
  readonly count: number;
  /** Their bodies count on from here. */
  readonly firstSequence: number;
}

const ROWS_AT_ONCE = 50_000;
/** Ids spread over the last minutes, ascending. */
const SPREAD_MS = 600_000;

/** $1 account, $2 source, $3 subscription, $4 its connection, $5 partition, $6 first seq, $7 first website, $8 rows, $9 and $10 the body around the number, $11 first ms, $12 ms each. */
const SEED = `
WITH made AS MATERIALIZED (
  SELECT
    n,
    (lpad(to_hex(($11::float8 + n * $12::float8)::bigint), 12, '0') || '70008' || substr(md5('e' || $7::bigint + n), 1, 15))::uuid AS event_id,
    (lpad(to_hex(($11::float8 + n * $12::float8)::bigint), 12, '0') || '70008' || substr(md5('d' || $7::bigint + n), 1, 15))::uuid AS delivery_id
  FROM generate_series(0, $8::integer - 1) AS n
),
events AS (
  INSERT INTO event (id, account_id, source_id, type, subject, time, content_type, revision, body)
  SELECT
    event_id, $1, $2, '${SENT_TYPE}', 'website/' || $7::bigint + n, now(), 'application/json', 1,
    $9::bytea || convert_to(($7::bigint + n)::text, 'UTF8') || $10::bytea
  FROM made
),
deliveries AS (
  INSERT INTO delivery (id, account_id, event_id, subscription_id, subscription_version, connection_id, key)
  SELECT delivery_id, $1, event_id, $3, 1, $4, delivery_id FROM made
)
INSERT INTO queue (
  delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at
)
SELECT delivery_id, $1, $5, $6::bigint + n, $3, 1, event_id, delivery_id, now() + n * interval '1 microsecond' FROM made`;

export async function seedBacklog(db: Database, backlog: Backlog): Promise<void> {
  const subscriptionId = parseId("sub", backlog.subscriptionId) ?? "";
  const [owner] = await db.query<{ account: string; connection: string; source: string }>(
    `SELECT s.account_id AS account, s.connection_id AS connection,
       (SELECT id FROM source WHERE account_id = s.account_id LIMIT 1) AS source
     FROM subscription s WHERE s.id = $1`,
    [subscriptionId],
  );
  const [installation] = await db.query<{ partitions: number }>("SELECT partitions FROM installation");
  if (!owner || !installation) throw new Error("the subscription to seed a backlog for is not there");
  const partition = partitionFor(formatId("acc", owner.account), installation.partitions);
  const { before, after } = bodyAroundId();
  const firstMs = Date.now() - SPREAD_MS;

  for (let from = 0; from < backlog.count; from += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, backlog.count - from);
    await db.transaction(async (tx) => {
      await tx.query("SET LOCAL synchronous_commit = off");
      const [seq] = await tx.query<{ before: number }>(
        "UPDATE partition_routed SET last_seq = last_seq + $2 WHERE partition = $1 RETURNING last_seq - $2 AS before",
        [partition, rows],
      );
      await tx.query(SEED, [
        owner.account,
        owner.source,
        subscriptionId,
        owner.connection,
        partition,
        (seq?.before ?? 0) + 1,
        websiteIdOf(backlog.firstSequence + from),
        rows,
        before,
        after,
        firstMs + (from * SPREAD_MS) / backlog.count,
        SPREAD_MS / backlog.count,
      ]);
    });
  }
  await db.query("ANALYZE queue");
}

export interface BacklogState {
  readonly waiting: number;
  readonly delivered: number;
  readonly ended: number;
}

export async function readBacklog(db: Database, subscription: string): Promise<BacklogState> {
  const [state] = await db.query<BacklogState>(
    `SELECT
       (SELECT count(*) FROM queue WHERE subscription_id = $1) AS waiting,
       count(*) FILTER (WHERE state = 'delivered') AS delivered,
       count(*) FILTER (WHERE state IS NOT NULL AND state <> 'delivered') AS ended
     FROM delivery WHERE subscription_id = $1`,
    [parseId("sub", subscription)],
  );
  return state ?? { waiting: 0, delivered: 0, ended: 0 };
}
