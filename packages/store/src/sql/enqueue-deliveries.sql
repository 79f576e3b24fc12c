-- Deliveries that were just inserted ($3, in their order) join their partition ($2) at the tail. Who has others of its
-- subject before it waits behind them: the caller holds the lock of the partition. $4 the actions that may simply be
-- repeated, $5 those that can look first whether what may have arrived did.
WITH tail AS (
  UPDATE partition_routed
  SET last_seq = last_seq + cardinality($3::uuid[])
  WHERE partition = $2
  RETURNING last_seq - cardinality($3::uuid[]) AS before
),
asked AS (
  SELECT
    d.id, d.subscription_id, d.subscription_version, d.event_id, d.key, d.input, d.possibly_sent, n.place,
    v.action,
    CASE WHEN v.ordered AND e.subject IS NOT NULL THEN subject_order_key(d.connection_id, e.subject) END AS order_key
  FROM unnest($3::uuid[]) WITH ORDINALITY AS n (id, place)
  JOIN delivery d ON d.id = n.id AND d.id = ANY ($3) AND d.account_id = $1
  JOIN subscription_version v
    ON v.subscription_id = d.subscription_id AND v.version = d.subscription_version AND v.account_id = $1
  -- Looked up one by one, and only for those that are ordered.
  LEFT JOIN LATERAL (
    SELECT subject FROM event WHERE v.ordered AND id = d.event_id AND account_id = $1 LIMIT 1
  ) e ON true
),
first AS (
  SELECT order_key, min(place) AS place FROM asked WHERE order_key IS NOT NULL GROUP BY order_key
)
INSERT INTO queue (
  delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, input,
  order_key, behind, marks_start, possibly_sent, started_at
)
SELECT
  a.id, $1, $2, tail.before + a.place, a.subscription_id, a.subscription_version, a.event_id, a.key,
  CASE WHEN b.behind THEN 'infinity' ELSE now() END, a.input, a.order_key, b.behind, a.action <> ALL ($4::text[]),
  a.possibly_sent, CASE WHEN a.possibly_sent AND a.action = ANY ($5::text[]) THEN now() END
FROM tail
CROSS JOIN asked a
LEFT JOIN first f ON f.order_key = a.order_key
CROSS JOIN LATERAL (
  SELECT
    a.order_key IS NOT NULL
    AND (a.place > f.place OR EXISTS (SELECT FROM queue q WHERE q.partition = $2 AND q.order_key = a.order_key))
      AS behind
) b
RETURNING delivery_id AS id
