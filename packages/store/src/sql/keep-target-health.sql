-- $2 what changed of targets' health, as JSON; a row without a breaker does well again. Only where this dispatcher
-- owns the partition.
WITH health AS (
  SELECT h.*
  FROM json_to_recordset($2) AS h (
    subscription_id uuid, account_id uuid, partition smallint, epoch bigint,
    breaker text, failing_since timestamptz, opened_at timestamptz, probe_at timestamptz, reason text, snapshot jsonb
  )
  JOIN partition_owner o ON o.partition = h.partition AND o.epoch = h.epoch AND o.dispatcher_id = $1
  FOR KEY SHARE OF o
),
mended AS (
  DELETE FROM target_health t USING health h WHERE t.subscription_id = h.subscription_id AND h.breaker IS NULL
)
INSERT INTO target_health AS t (
  subscription_id, account_id, partition, breaker, failing_since, opened_at, probe_at, reason, snapshot
)
SELECT subscription_id, account_id, partition, breaker, failing_since, opened_at, probe_at, reason, snapshot
FROM health
WHERE breaker IS NOT NULL
ON CONFLICT (subscription_id) DO UPDATE
SET
  breaker = excluded.breaker, failing_since = excluded.failing_since, opened_at = excluded.opened_at,
  probe_at = excluded.probe_at, reason = coalesce(excluded.reason, t.reason), snapshot = excluded.snapshot,
  updated_at = now()
