-- Deliveries that nobody wants any more end as skipped, while this dispatcher owns their partition ($1-$3).
WITH owner AS (
  SELECT 1 FROM partition_owner WHERE partition = $2 AND epoch = $3 AND dispatcher_id = $1 FOR KEY SHARE
),
skipped AS (
  DELETE FROM queue q
  USING owner
  WHERE q.delivery_id = ANY ($4::uuid[]) AND q.claimed_epoch IS NULL
  RETURNING q.delivery_id, q.account_id, q.attempts, q.order_key,
    q.possibly_sent OR q.started_at IS NOT NULL AS possibly_sent
),
ended AS (
  UPDATE delivery d
  SET
    state = 'skipped', reason = $5, detail = $6, attempts = s.attempts, possibly_sent = d.possibly_sent OR s.possibly_sent,
    finished_at = now()
  FROM skipped s
  WHERE d.id = s.delivery_id AND d.id = ANY ($4::uuid[])
),
listed AS (
  INSERT INTO undelivered (delivery_id, account_id, state)
  SELECT delivery_id, account_id, 'skipped' FROM skipped
)
SELECT
  count(*) AS skipped,
  coalesce(json_agg(DISTINCT order_key) FILTER (WHERE order_key IS NOT NULL), '[]') AS "orderKeys"
FROM skipped
