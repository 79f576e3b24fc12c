-- As version $3 + 1, if $3 is still the newest; 0: there is none. Nothing for a connection that was deleted.
INSERT INTO connection_token AS t (connection_id, account_id, version, token_sealed)
SELECT c.id, c.account_id, $3::bigint + 1, $4
FROM connection c
WHERE
  c.account_id = $1 AND c.id = $2 AND c.deleted_at IS NULL
  AND ($3 = 0 OR EXISTS (SELECT FROM connection_token WHERE connection_id = $2 AND version = $3))
ON CONFLICT (connection_id) DO UPDATE
SET version = excluded.version, token_sealed = excluded.token_sealed, updated_at = now()
WHERE t.version = $3
RETURNING version
