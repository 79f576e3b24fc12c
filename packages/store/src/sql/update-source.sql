UPDATE source
SET name = $4, key = $5, manager_url = $6, version = version + 1
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING id
