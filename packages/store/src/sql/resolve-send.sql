-- Somebody says that one that is held, or in doubt ($1 account, $2 delivery), is to be sent: $3 why, $4 who said so. If it
-- was in doubt, that is over, and it may arrive twice.
WITH resolved AS (
  UPDATE queue
  SET
    held = false, due_at = CASE WHEN behind THEN 'infinity' ELSE now() END, started_at = NULL,
    possibly_sent = possibly_sent OR started_at IS NOT NULL, reason = $3, detail = $4
  WHERE account_id = $1 AND delivery_id = $2 AND claimed_epoch IS NULL AND (held OR started_at IS NOT NULL)
  RETURNING delivery_id, account_id, partition, possibly_sent
),
doubted AS (
  UPDATE delivery d
  SET possibly_sent = true
  FROM resolved q
  WHERE d.id = q.delivery_id AND d.id = $2 AND d.account_id = $1 AND q.possibly_sent AND NOT d.possibly_sent
)
SELECT partition FROM resolved
