-- $1 days, $2 how many at once.
DELETE FROM remembered
WHERE (connection_id, subject, name) IN (
  SELECT connection_id, subject, name
  FROM remembered
  WHERE used_at < now() - $1 * interval '1 day'
  ORDER BY used_at
  LIMIT $2
  FOR UPDATE SKIP LOCKED
)
RETURNING 1
