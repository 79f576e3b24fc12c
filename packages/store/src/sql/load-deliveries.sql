-- While a queue row exists it tells the state; `sending` and `held` are derived here and written nowhere.
SELECT
  d.id, d.event_id AS "eventId", d.subscription_id AS "subscriptionId",
  d.subscription_version AS "subscriptionVersion", d.connection_id AS "connectionId", d.key,
  d.created_at AS "createdAt", d.finished_at AS "finishedAt",
  CASE
    WHEN d.state IS NOT NULL THEN d.state
    WHEN q.held THEN 'held'
    WHEN q.claimed_epoch = o.epoch THEN 'sending'
    ELSE 'queued'
  END AS state,
  CASE WHEN d.state IS NULL THEN q.reason ELSE d.reason END AS reason,
  CASE WHEN d.state IS NULL THEN q.detail ELSE d.detail END AS detail,
  CASE WHEN d.state IS NULL THEN coalesce(q.attempts, 0) ELSE d.attempts END AS attempts,
  d.possibly_sent OR coalesce(q.possibly_sent, false) AS "possiblySent",
  CASE WHEN d.state IS NULL AND NOT q.held THEN q.due_at END AS "nextAttemptAt",
  e.type AS "eventType", e.subject, e.title, s.name AS "subscriptionName", v.action
FROM delivery d
LEFT JOIN queue q ON q.delivery_id = d.id
LEFT JOIN partition_owner o ON o.partition = q.partition
LEFT JOIN event e ON e.id = d.event_id AND e.account_id = d.account_id
LEFT JOIN subscription s ON s.id = d.subscription_id AND s.account_id = d.account_id
LEFT JOIN subscription_version v
  ON v.subscription_id = d.subscription_id AND v.version = d.subscription_version AND v.account_id = d.account_id
WHERE d.account_id = $1 AND d.id = ANY ($2::uuid[])
ORDER BY d.id DESC
