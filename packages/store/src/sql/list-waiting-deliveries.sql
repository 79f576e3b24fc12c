-- The next $4 that wait, and whether each is what was asked for: a state ($5: queued, sending or held) is in no
-- index, so a search for a rare one goes through the backlog in steps of a known size.
SELECT
  w.delivery_id AS id,
  $5 = CASE
      WHEN w.held THEN 'held'
      WHEN w.claimed_epoch = o.epoch THEN 'sending'
      WHEN s.paused_at IS NOT NULL OR c.paused_at IS NOT NULL THEN 'held'
      ELSE 'queued'
    END
    AND ($6::uuid IS NULL OR w.subscription_id = $6)
    AND ($7::text IS NULL OR EXISTS (
      SELECT FROM event e WHERE e.id = w.event_id AND e.account_id = $1 AND e.subject = $7
    )) AS matches
FROM (
  SELECT delivery_id, partition, subscription_id, event_id, held, claimed_epoch
  FROM queue
  WHERE account_id = $1 AND delivery_id < $2 AND delivery_id >= $3
  ORDER BY delivery_id DESC
  LIMIT $4
) w
LEFT JOIN partition_owner o ON o.partition = w.partition
LEFT JOIN subscription s ON s.id = w.subscription_id AND s.account_id = $1
LEFT JOIN connection c ON c.id = s.connection_id AND c.account_id = $1
ORDER BY w.delivery_id DESC
