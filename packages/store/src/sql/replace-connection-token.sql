-- Somebody connected it anew: whatever was there is over, and who refreshes it meanwhile loses.
INSERT INTO connection_token AS t (connection_id, account_id, version, token_sealed)
SELECT id, account_id, 1, $3 FROM connection WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL
ON CONFLICT (connection_id) DO UPDATE
SET version = t.version + 1, token_sealed = excluded.token_sealed, updated_at = now()
RETURNING version
