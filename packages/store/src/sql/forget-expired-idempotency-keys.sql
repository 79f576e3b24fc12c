-- $1 how many at once. What is being claimed anew right now is not expired any more.
DELETE FROM idempotency
WHERE (account_id, route, key_hash) IN (
  SELECT account_id, route, key_hash
  FROM idempotency
  WHERE expires_at < now()
  ORDER BY expires_at
  LIMIT $1
  FOR UPDATE SKIP LOCKED
)
RETURNING 1
