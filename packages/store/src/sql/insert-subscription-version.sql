INSERT INTO subscription_version (
  subscription_id, version, account_id, revision, enabled, deleted, connection_id, event_types, action,
  input, retry_schedule_ms, max_age_ms, concurrency, per_second, condition
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
