-- While a queue row exists it tells the state. `sending`, the `held` of a pause and what an open breaker delays are
-- derived here and written nowhere: they concern a million rows at once.
SELECT
  d.id, d.event_id AS "eventId", d.subscription_id AS "subscriptionId",
  d.subscription_version AS "subscriptionVersion", d.connection_id AS "connectionId", d.key,
  d.created_at AS "createdAt", d.finished_at AS "finishedAt",
  CASE
    WHEN d.state IS NOT NULL THEN d.state
    WHEN q.held THEN 'held'
    WHEN q.claimed_epoch = o.epoch THEN 'sending'
    WHEN s.paused_at IS NOT NULL OR c.paused_at IS NOT NULL THEN 'held'
    ELSE 'queued'
  END AS state,
  CASE
    WHEN d.state IS NOT NULL THEN d.reason
    WHEN q.held OR q.claimed_epoch = o.epoch THEN q.reason
    WHEN s.paused_at IS NOT NULL THEN s.paused_reason
    WHEN c.paused_at IS NOT NULL THEN c.paused_reason
    WHEN q.behind THEN 'behind'
    -- Nobody knows whether it arrived, and that is settled in its turn.
    WHEN q.started_at IS NOT NULL THEN 'looking'
    WHEN q.attempts = 0 AND q.settle_until > now() THEN 'settling'
    WHEN h.breaker <> 'closed' THEN 'breaker_open'
    ELSE q.reason
  END AS reason,
  CASE
    WHEN d.state IS NOT NULL THEN d.detail
    WHEN q.held OR q.claimed_epoch = o.epoch THEN q.detail
    WHEN s.paused_at IS NOT NULL THEN s.paused_detail
    WHEN c.paused_at IS NOT NULL THEN c.paused_detail
    WHEN q.behind THEN NULL
    WHEN q.started_at IS NOT NULL THEN q.detail
    WHEN h.breaker <> 'closed' THEN coalesce(q.detail, h.reason)
    ELSE q.detail
  END AS detail,
  CASE WHEN d.state IS NULL THEN coalesce(q.attempts, 0) ELSE d.attempts END AS attempts,
  d.possibly_sent
    OR coalesce(q.possibly_sent OR (q.started_at IS NOT NULL AND q.claimed_epoch IS DISTINCT FROM o.epoch), false)
    AS "possiblySent",
  CASE WHEN d.state IS NULL AND NOT q.held AND NOT q.behind THEN
    greatest(q.due_at, CASE WHEN h.breaker <> 'closed' THEN h.probe_at END)
  END AS "nextAttemptAt",
  CASE WHEN d.state IS NULL THEN coalesce(s.paused_at, c.paused_at) END AS "pausedAt",
  d.input IS NOT NULL AS "isEdited",
  e.type AS "eventType", e.subject, e.title, s.name AS "subscriptionName", v.action,
  first.delivery_id AS "firstOfSubject",
  (
    SELECT count(*)
    FROM (
      SELECT FROM queue o WHERE q.behind AND o.partition = q.partition AND o.order_key = q.order_key AND o.seq < q.seq
      LIMIT 1000
    ) before
  ) AS ahead,
  (
    SELECT count(*)
    FROM (
      SELECT FROM queue o
      WHERE NOT q.behind AND o.partition = q.partition AND o.order_key = q.order_key AND o.seq > q.seq
      LIMIT 1000
    ) after
  ) AS blocks
FROM delivery d
LEFT JOIN queue q ON q.delivery_id = d.id
-- Whom it waits for; of a long order no more than 1,000 are counted.
LEFT JOIN LATERAL (
  SELECT delivery_id
  FROM queue f
  WHERE q.behind AND f.partition = q.partition AND f.order_key = q.order_key
  ORDER BY f.seq
  LIMIT 1
) first ON true
LEFT JOIN partition_owner o ON o.partition = q.partition
LEFT JOIN event e ON e.id = d.event_id AND e.account_id = d.account_id
LEFT JOIN subscription s ON s.id = d.subscription_id AND s.account_id = d.account_id
LEFT JOIN connection c ON c.id = s.connection_id AND c.account_id = d.account_id
LEFT JOIN target_health h ON h.subscription_id = d.subscription_id AND h.account_id = d.account_id
LEFT JOIN subscription_version v
  ON v.subscription_id = d.subscription_id AND v.version = d.subscription_version AND v.account_id = d.account_id
WHERE d.account_id = $1 AND d.id = ANY ($2::uuid[])
ORDER BY d.id DESC
