-- The dispatcher pauses a connection, while it owns the account's partition. $6 the version that failed.
WITH owner AS (
  SELECT 1 FROM partition_owner WHERE partition = $2 AND epoch = $3 AND dispatcher_id = $1 FOR KEY SHARE
)
UPDATE connection c
SET paused_at = now(), paused_reason = $7, paused_detail = $8
FROM owner
WHERE
  c.account_id = $4 AND c.id = $5 AND c.paused_at IS NULL AND c.deleted_at IS NULL
  AND ($6::integer IS NULL OR c.version = $6)
RETURNING c.id
