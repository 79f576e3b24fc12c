SELECT id, account_id AS "accountId", scopes
FROM api_key
WHERE key_hash = $1 AND revoked_at IS NULL
