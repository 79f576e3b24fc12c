UPDATE source
SET
  deleted_at = now(), version = version + 1, token_hash = NULL, token_sealed = NULL,
  previous_token_hash = NULL, previous_token_until = NULL
WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
RETURNING id
