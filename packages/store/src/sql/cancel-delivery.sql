-- Somebody drops one that waits ($1 account, $2 delivery, $3 detail). What is on its way, or may have arrived without
-- anybody knowing, is not dropped like this. The caller holds the lock of its partition.
WITH dropped AS (
  DELETE FROM queue
  WHERE
    account_id = $1 AND delivery_id = $2 AND claimed_epoch IS NULL
    AND started_at IS NULL AND (NOT held OR reason IS DISTINCT FROM 'in_doubt')
  RETURNING delivery_id, account_id, partition, order_key, attempts, possibly_sent
),
ended AS (
  UPDATE delivery d
  SET
    state = 'dead', reason = 'dropped', detail = $3, attempts = q.attempts,
    possibly_sent = d.possibly_sent OR q.possibly_sent, finished_at = now()
  FROM dropped q
  WHERE d.id = q.delivery_id AND d.id = $2 AND d.account_id = $1
),
listed AS (
  INSERT INTO undelivered (delivery_id, account_id, state)
  SELECT delivery_id, account_id, 'dead' FROM dropped
)
SELECT partition, order_key AS "orderKey" FROM dropped
