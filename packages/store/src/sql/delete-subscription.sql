UPDATE subscription
SET deleted_at = now(), enabled = false, version = version + 1
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING version
