-- $1 as JSON. A value of null is forgotten.
WITH change AS (
  SELECT r.*
  FROM json_to_recordset($1) AS r (account_id uuid, connection_id uuid, subject text, name text, value jsonb)
  JOIN connection c ON c.id = r.connection_id AND c.account_id = r.account_id AND c.deleted_at IS NULL
),
forgotten AS (
  DELETE FROM remembered r
  USING change c
  WHERE r.connection_id = c.connection_id AND r.subject = c.subject AND r.name = c.name AND c.value IS NULL
)
INSERT INTO remembered (account_id, connection_id, subject, name, value)
SELECT account_id, connection_id, subject, name, value FROM change WHERE value IS NOT NULL
ORDER BY connection_id, subject, name
ON CONFLICT (connection_id, subject, name) DO UPDATE SET value = excluded.value, used_at = now()
