UPDATE source
SET
  previous_token_hash = token_hash, previous_token_until = $6,
  token_hash = $4, token_sealed = $5, version = version + 1
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING id
