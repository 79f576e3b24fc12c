-- What waited for its whole retention ends: its table partition is about to be dropped. $1 the first id that is
-- young enough, $2 how many at once, $3 the partitions that are locked: of the others no ordered one ends.
WITH old AS (
  SELECT delivery_id
  FROM queue
  WHERE
    delivery_id < $1 AND claimed_epoch IS NULL
    AND (order_key IS NULL OR partition = ANY ($3::smallint[]))
  ORDER BY delivery_id
  LIMIT $2
  FOR UPDATE SKIP LOCKED
),
expired AS (
  DELETE FROM queue q USING old WHERE q.delivery_id = old.delivery_id
  RETURNING q.delivery_id, q.account_id, q.partition, q.subscription_id, q.attempts, q.event_id, q.order_key,
    q.possibly_sent OR q.started_at IS NOT NULL AS possibly_sent
),
ended AS (
  UPDATE delivery d
  SET
    state = 'expired', reason = 'expired', attempts = e.attempts, possibly_sent = d.possibly_sent OR e.possibly_sent,
    finished_at = now()
  FROM expired e
  WHERE d.id = e.delivery_id
),
listed AS (
  INSERT INTO undelivered (delivery_id, account_id, state)
  SELECT delivery_id, account_id, 'expired' FROM expired
)
SELECT
  e.account_id AS "accountId", e.partition, e.subscription_id AS "subscriptionId", s.name,
  -- Of an alert that expired nobody is told: that would be the next alert, and so on for ever.
  count(*) FILTER (WHERE v.type IS NULL OR v.type NOT LIKE 'stellwerk.%') AS count,
  count(*) AS ended,
  coalesce(json_agg(DISTINCT e.order_key) FILTER (WHERE e.order_key IS NOT NULL), '[]') AS "orderKeys"
FROM expired e
JOIN subscription s ON s.id = e.subscription_id
LEFT JOIN LATERAL (SELECT type FROM event WHERE id = e.event_id LIMIT 1) v ON true
GROUP BY e.account_id, e.partition, e.subscription_id, s.name
