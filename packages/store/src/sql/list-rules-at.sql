-- The account's subscriptions, newest first, each with the version that was in force at a revision ($2). None yet: it
-- was made later. One that was deleted by then is left out, and so is one that came later and is gone.
SELECT
  s.id, s.name, v.version, v.enabled, v.event_types AS "eventTypes", v.condition
FROM subscription s
LEFT JOIN LATERAL (
  SELECT version, enabled, deleted, event_types, condition
  FROM subscription_version
  WHERE subscription_id = s.id AND account_id = s.account_id AND revision <= $2
  ORDER BY version DESC
  LIMIT 1
) v ON true
WHERE
  s.account_id = $1 AND s.id < $3 AND s.trial_until IS NULL
  AND CASE WHEN v.version IS NULL THEN s.deleted_at IS NULL ELSE NOT v.deleted END
ORDER BY s.id DESC
LIMIT $4
