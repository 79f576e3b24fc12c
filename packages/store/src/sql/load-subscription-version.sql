-- The version a waiting delivery was matched with, after the subscription has changed.
SELECT
  v.subscription_id AS id, v.version, v.enabled, v.connection_id, v.event_types, v.action, v.input,
  v.condition, v.retry_schedule_ms, v.max_age_ms,
  v.ordered, v.on_rejected, v.settle_ms, s.deleted_at IS NOT NULL AS deleted
FROM subscription_version v
JOIN subscription s ON s.id = v.subscription_id
WHERE v.account_id = $1 AND v.subscription_id = $2 AND v.version = $3
