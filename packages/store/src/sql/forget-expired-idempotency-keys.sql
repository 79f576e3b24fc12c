DELETE FROM idempotency
WHERE (account_id, route, key_hash) IN (
  SELECT account_id, route, key_hash FROM idempotency WHERE expires_at < now() ORDER BY expires_at LIMIT $1
)
