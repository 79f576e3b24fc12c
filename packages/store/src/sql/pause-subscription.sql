-- The dispatcher pauses a subscription, while it owns the account's partition. $6 the version that failed:
-- somebody may have mended it meanwhile. One that is paused already keeps its reason.
WITH owner AS (
  SELECT 1 FROM partition_owner WHERE partition = $2 AND epoch = $3 AND dispatcher_id = $1 FOR KEY SHARE
)
UPDATE subscription s
SET paused_at = now(), paused_reason = $7, paused_detail = $8, catch_up = NULL
FROM owner
WHERE
  s.account_id = $4 AND s.id = $5 AND s.paused_at IS NULL AND s.deleted_at IS NULL
  AND ($6::integer IS NULL OR s.version = $6)
RETURNING s.id
