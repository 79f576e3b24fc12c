SELECT
  s.id, s.name, s.enabled, s.connection_id AS "connectionId", v.event_types AS "eventTypes", v.action,
  v.input, v.condition, v.retry_schedule_ms AS "retryScheduleMs", v.max_age_ms AS "maxAgeMs",
  v.concurrency, v.per_second AS "perSecond",
  v.ordered, v.on_rejected AS "onRejected", v.settle_ms AS "settleMs",
  s.version, s.created_at AS "createdAt",
  s.paused_at AS "pausedAt", s.paused_reason AS "pausedReason", s.paused_detail AS "pausedDetail",
  s.catch_up AS "catchUp", s.catch_up_before AS "catchUpBefore", s.catch_up_per_second AS "catchUpPerSecond",
  h.breaker, h.failing_since AS "failingSince", h.probe_at AS "probeAt", h.reason AS "failingReason"
FROM subscription s
JOIN subscription_version v ON v.subscription_id = s.id AND v.version = s.version
LEFT JOIN target_health h ON h.subscription_id = s.id AND h.account_id = s.account_id
WHERE s.account_id = $1 AND s.id < $2 AND s.deleted_at IS NULL AND s.trial_until IS NULL
ORDER BY s.id DESC
LIMIT $3
