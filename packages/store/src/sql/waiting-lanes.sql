-- The lanes that have something waiting, found by jumping from lane to lane in the index
-- instead of reading the backlog.
WITH RECURSIVE lane AS (
  SELECT owned.partition, first.subscription_id
  FROM unnest($1::smallint[]) AS owned (partition)
  CROSS JOIN LATERAL (
    SELECT subscription_id
    FROM queue
    WHERE partition = owned.partition
    ORDER BY subscription_id
    LIMIT 1
  ) first
  UNION ALL
  SELECT lane.partition, next.subscription_id
  FROM lane
  CROSS JOIN LATERAL (
    SELECT subscription_id
    FROM queue
    WHERE partition = lane.partition AND subscription_id > lane.subscription_id
    ORDER BY subscription_id
    LIMIT 1
  ) next
)
SELECT
  lane.partition, lane.subscription_id, q.account_id,
  greatest(0, extract(epoch FROM q.due_at - now()) * 1000)::float8 AS due_in_ms,
  greatest(0, extract(epoch FROM now() - q.due_at) * 1000)::float8 AS overdue_ms
FROM lane
CROSS JOIN LATERAL (
  SELECT account_id, due_at
  FROM queue
  WHERE partition = lane.partition AND subscription_id = lane.subscription_id
    -- What is held has no time; without this bound a lane of nothing else would be read to its end.
    AND claimed_epoch IS NULL AND NOT held AND due_at < 'infinity'
  ORDER BY due_at
  LIMIT 1
) q
