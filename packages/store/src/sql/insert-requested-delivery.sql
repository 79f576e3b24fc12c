-- A delivery that somebody asked for joins its partition at the tail, and its subject behind those that wait. The caller
-- holds the lock of the partition.
-- $1 id, $2 account, $3 event, $4 subscription, $5 its version, $6 connection, $7 key, $8 partition,
-- $9 the input as it was edited, or NULL,
-- $10 whether its action may not simply be repeated, $11 whether it may have arrived before, and $12 has to be looked for
WITH tail AS (
  UPDATE partition_routed SET last_seq = last_seq + 1 WHERE partition = $8 RETURNING last_seq
),
made AS (
  INSERT INTO delivery (
    id, account_id, event_id, subscription_id, subscription_version, connection_id, key, input, possibly_sent
  )
  VALUES ($1, $2, $3, $4, $5, $6, $7, $9::json, $11)
),
place AS (
  SELECT
    o.order_key, EXISTS (SELECT FROM queue q WHERE q.partition = $8 AND q.order_key = o.order_key) AS behind
  FROM subscription_version v
  LEFT JOIN event e ON e.id = $3 AND e.account_id = $2
  CROSS JOIN LATERAL (
    SELECT CASE WHEN v.ordered AND e.subject IS NOT NULL THEN subject_order_key($6, e.subject) END AS order_key
  ) o
  WHERE v.subscription_id = $4 AND v.version = $5 AND v.account_id = $2
)
INSERT INTO queue (
  delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, input,
  order_key, behind, marks_start, possibly_sent, started_at
)
SELECT
  $1, $2, $8, tail.last_seq, $4, $5, $3, $7, CASE WHEN place.behind THEN 'infinity' ELSE now() END, $9::json,
  place.order_key, place.behind, $10, $11,
  CASE WHEN $12 THEN now() END
FROM tail
CROSS JOIN place
RETURNING delivery_id AS id
