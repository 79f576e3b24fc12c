WITH deleted AS (
  UPDATE connection
  SET deleted_at = now(), version = version + 1, secrets_sealed = NULL
  WHERE account_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
  RETURNING id
),
token AS (DELETE FROM connection_token t USING deleted d WHERE t.connection_id = d.id),
state AS (DELETE FROM oauth_state s USING deleted d WHERE s.connection_id = d.id),
known AS (DELETE FROM remembered r USING deleted d WHERE r.connection_id = d.id)
SELECT id FROM deleted
