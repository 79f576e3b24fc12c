-- What an account has in force, read in one statement and so from one snapshot.
SELECT
  a.id AS account_id, a.revision,
  coalesce(
    (
      SELECT json_agg(json_build_object(
        'id', s.id, 'name', s.name, 'version', s.version, 'enabled', v.enabled, 'connectionId', v.connection_id,
        'eventTypes', v.event_types, 'action', v.action, 'input', v.input, 'condition', v.condition,
        'retryScheduleMs', v.retry_schedule_ms, 'maxAgeMs', v.max_age_ms,
        'concurrency', v.concurrency, 'perSecond', v.per_second,
        'ordered', v.ordered, 'onRejected', v.on_rejected, 'settleMs', v.settle_ms,
        'pausedReason', s.paused_reason,
        'resumedAt', greatest(s.resumed_at, (SELECT c.resumed_at FROM connection c WHERE c.id = v.connection_id)),
        'catchUp', CASE WHEN s.catch_up IS NOT NULL THEN json_build_object(
          'mode', s.catch_up, 'before', s.catch_up_before, 'perSecond', s.catch_up_per_second
        ) END
      ))
      FROM subscription s
      JOIN subscription_version v ON v.subscription_id = s.id AND v.version = s.version
      WHERE s.account_id = a.id AND s.deleted_at IS NULL
    ),
    '[]'
  ) AS subscriptions,
  coalesce(
    (
      SELECT json_agg(json_build_object(
        'id', c.id, 'name', c.name, 'version', c.version, 'connector', c.connector, 'settings', c.settings,
        'secretsSealed', encode(c.secrets_sealed, 'base64'), 'pausedReason', c.paused_reason
      ))
      FROM connection c
      WHERE c.account_id = a.id AND c.deleted_at IS NULL
    ),
    '[]'
  ) AS connections,
  coalesce(
    (
      -- Deleted ones, too: events that came from them may still wait.
      SELECT json_agg(json_build_object('id', c.id, 'name', c.name, 'key', c.key, 'managerUrl', c.manager_url))
      FROM source c
      WHERE c.account_id = a.id
    ),
    '[]'
  ) AS sources
FROM account a
WHERE a.id = ANY ($1::uuid[])
