SELECT
  id, connector, name, settings, secrets_sealed AS "secretsSealed", version, created_at AS "createdAt",
  paused_at AS "pausedAt", paused_reason AS "pausedReason", paused_detail AS "pausedDetail"
FROM connection
WHERE account_id = $1 AND id < $2 AND deleted_at IS NULL AND trial_until IS NULL
ORDER BY id DESC
LIMIT $3
