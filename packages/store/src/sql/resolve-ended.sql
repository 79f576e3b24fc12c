-- Somebody says what became of one that is held, or in doubt ($1 account, $2 delivery): $3 the state it ends in, $4 why,
-- $5 who said so. What is on its way speaks for itself. The caller holds the lock of its partition.
WITH resolved AS (
  DELETE FROM queue
  WHERE account_id = $1 AND delivery_id = $2 AND claimed_epoch IS NULL AND (held OR started_at IS NOT NULL)
  RETURNING delivery_id, account_id, partition, order_key, attempts, possibly_sent OR started_at IS NOT NULL AS possibly_sent
),
ended AS (
  UPDATE delivery d
  SET
    state = $3, reason = $4, detail = $5, attempts = q.attempts,
    possibly_sent = d.possibly_sent OR q.possibly_sent, finished_at = now()
  FROM resolved q
  WHERE d.id = q.delivery_id AND d.id = $2 AND d.account_id = $1
),
listed AS (
  INSERT INTO undelivered (delivery_id, account_id, state)
  SELECT delivery_id, account_id, $3 FROM resolved WHERE $3 = 'dead'
)
SELECT partition, order_key AS "orderKey" FROM resolved
