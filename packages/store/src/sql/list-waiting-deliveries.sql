-- $5 which of them: queued, sending or held.
SELECT q.delivery_id AS id
FROM queue q
JOIN partition_owner o ON o.partition = q.partition
WHERE
  q.account_id = $1 AND q.delivery_id < $2 AND q.delivery_id >= $3
  AND $5 = CASE WHEN q.held THEN 'held' WHEN q.claimed_epoch = o.epoch THEN 'sending' ELSE 'queued' END
  AND ($6::uuid IS NULL OR q.subscription_id = $6)
  AND ($7::text IS NULL OR EXISTS (
    SELECT FROM event e WHERE e.id = q.event_id AND e.account_id = $1 AND e.subject = $7
  ))
ORDER BY q.delivery_id DESC
LIMIT $4
