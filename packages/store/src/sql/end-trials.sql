-- Drafts that were tried an hour ago, with the secrets of the connections that were made for them.
WITH ended AS (
  UPDATE subscription SET deleted_at = now() WHERE trial_until < now() AND deleted_at IS NULL RETURNING id
),
closed AS (
  UPDATE connection SET deleted_at = now(), secrets_sealed = NULL
  WHERE trial_until < now() AND deleted_at IS NULL
  RETURNING id
),
token AS (DELETE FROM connection_token t USING closed c WHERE t.connection_id = c.id),
known AS (DELETE FROM remembered r USING closed c WHERE r.connection_id = c.id)
SELECT count(*) AS ended FROM ended
