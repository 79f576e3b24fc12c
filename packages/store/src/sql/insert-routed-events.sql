-- $1 events as JSON, $2 their bodies end to end, $3 deliveries as JSON; $4-$7 how far their partitions are routed.
-- An event that is already there was routed before: neither it nor its deliveries are made again.
-- Answers the new events, and the place in its order of each delivery that has one. Who is behind whom is read here,
-- so the locks of the partitions must be held since before this statement.
WITH incoming AS (
  SELECT * FROM json_to_recordset($1) AS e (
    id uuid, account_id uuid, source_id uuid, type text, subject text, time timestamptz,
    received_at timestamptz, content_type text, title text, domain text, revision bigint,
    traceparent text, body_from integer, body_length integer
  )
),
inserted AS (
  INSERT INTO event (
    id, account_id, source_id, type, subject, time, received_at, content_type,
    title, domain, revision, traceparent, body
  )
  SELECT
    id, account_id, source_id, type, subject, time, received_at, content_type,
    title, domain, revision, traceparent, substring($2::bytea FROM body_from FOR body_length)
  FROM incoming
  ON CONFLICT DO NOTHING
  RETURNING id
),
routed AS (
  SELECT
    d.*,
    -- What is about no subject is in no order.
    CASE WHEN d.ordered AND e.subject IS NOT NULL THEN subject_order_key(d.connection_id, e.subject) END AS order_key
  FROM json_to_recordset($3) AS d (
    id uuid, account_id uuid, event_id uuid, subscription_id uuid, subscription_version integer,
    connection_id uuid, partition smallint, seq bigint, claimed_epoch bigint,
    possibly_sent boolean, held boolean, in_doubt boolean, reason text, detail text, ordered boolean, settle_ms bigint, marks_start boolean
  )
  JOIN inserted i ON i.id = d.event_id
  LEFT JOIN incoming e ON e.id = d.event_id AND d.ordered
),
-- The first of each subject among these.
first AS (
  SELECT partition, order_key, min(seq) AS seq FROM routed WHERE order_key IS NOT NULL GROUP BY partition, order_key
),
placed AS (
  SELECT
    r.*,
    r.order_key IS NOT NULL AND (
      r.seq > f.seq
      OR EXISTS (SELECT FROM queue q WHERE q.partition = r.partition AND q.order_key = r.order_key AND q.seq < r.seq)
    ) AS behind,
    now() + r.settle_ms * interval '1 millisecond' AS settle_until
  FROM routed r
  LEFT JOIN first f ON f.partition = r.partition AND f.order_key = r.order_key
),
made AS (
  INSERT INTO delivery (
    id, account_id, event_id, subscription_id, subscription_version, connection_id, key, possibly_sent
  )
  SELECT
    id, account_id, event_id, subscription_id, subscription_version, connection_id, id, possibly_sent
  FROM routed
),
queued AS (
  INSERT INTO queue (
    delivery_id, account_id, partition, seq, subscription_id, subscription_version,
    event_id, key, due_at, claimed_epoch, possibly_sent, held, reason, detail,
    order_key, behind, settle_until, marks_start, started_at
  )
  SELECT
    id, account_id, partition, seq, subscription_id, subscription_version,
    event_id, id, CASE WHEN held OR behind THEN 'infinity' ELSE coalesce(settle_until, now()) END,
    CASE WHEN NOT behind THEN claimed_epoch END, possibly_sent, held, reason, detail,
    order_key, behind, settle_until, marks_start, CASE WHEN in_doubt THEN now() END
  FROM placed
  RETURNING delivery_id, order_key, behind
),
advanced AS (
  UPDATE partition_routed r
  SET
    next_offset = greatest(r.next_offset, a.next_offset),
    next_operations_offset = greatest(r.next_operations_offset, a.next_operations_offset),
    last_seq = a.last_seq
  FROM unnest($4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS a (partition, next_offset, next_operations_offset, last_seq)
  WHERE r.partition = a.partition
)
SELECT id, NULL::uuid AS order_key, NULL::boolean AS behind FROM inserted
UNION ALL
SELECT delivery_id, order_key, behind FROM queued WHERE order_key IS NOT NULL
