UPDATE api_key
SET revoked_at = coalesce(revoked_at, now())
WHERE account_id = $1 AND id = $2
RETURNING id
