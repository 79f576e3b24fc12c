-- One that waits ($1 account, $2 delivery) is due now, and what it waited for is over. The same ones as in
-- cancel-delivery, but none that is behind another one of its subject.
UPDATE queue
SET
  due_at = now(), settle_until = NULL, held = false,
  reason = CASE WHEN NOT held THEN reason END, detail = CASE WHEN NOT held THEN detail END
WHERE
  account_id = $1 AND delivery_id = $2 AND claimed_epoch IS NULL AND NOT behind
  AND started_at IS NULL AND (NOT held OR reason IS DISTINCT FROM 'in_doubt')
RETURNING partition
