INSERT INTO subscription_version (
  subscription_id, version, account_id, revision, enabled, deleted, connection_id, event_types, action,
  input, retry_schedule_ms, max_age_ms, concurrency, per_second, condition,
  ordered, on_rejected, settle_ms
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
