-- Milliseconds until the next unclaimed delivery of each lane; NULL: what waits is behind others of its subject; no
-- row: nothing waits.
SELECT l.subscription_id, greatest(0, extract(epoch FROM q.due_at - now()) * 1000)::float8 AS due_in_ms
FROM unnest($1::smallint[], $2::uuid[]) AS l (partition, subscription_id)
LEFT JOIN LATERAL (
  SELECT due_at
  FROM queue
  WHERE partition = l.partition AND subscription_id = l.subscription_id
    -- What is held has no time; without this bound a lane of nothing else would be read to its end.
    AND claimed_epoch IS NULL AND NOT held AND due_at < 'infinity'
  ORDER BY due_at
  LIMIT 1
) q ON true
-- Among those without a time, so that a lane of held ones is not read to its end either.
LEFT JOIN LATERAL (
  SELECT bool_or(behind) AS behind
  FROM (
    SELECT behind
    FROM queue
    WHERE
      q.due_at IS NULL
      AND partition = l.partition AND subscription_id = l.subscription_id AND due_at = 'infinity'
    LIMIT 50
  ) timeless
) b ON true
WHERE q.due_at IS NOT NULL OR b.behind
