SELECT
  s.id, s.name, s.enabled, s.connection_id AS "connectionId", v.event_types AS "eventTypes", v.action,
  v.input, v.retry_schedule_ms AS "retryScheduleMs", s.version, s.created_at AS "createdAt"
FROM subscription s
JOIN subscription_version v ON v.subscription_id = s.id AND v.version = s.version
WHERE s.account_id = $1 AND s.id = $2 AND s.deleted_at IS NULL
