UPDATE subscription
SET name = $4, enabled = $5, connection_id = $6, version = version + 1
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING version
