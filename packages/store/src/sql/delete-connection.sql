UPDATE connection
SET deleted_at = now(), version = version + 1, secrets_sealed = NULL
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING id
