-- The next $5 behind $2 that ended as $4, oldest first, and whether each is to be sent again: $6-$9 are the filter of
-- list-undelivered-deliveries; its event and subscription are still there; and it is the last word on that event for
-- that subscription, so that what was sent again already is not sent once more. LIMIT 1: looked up one by one.
SELECT
  w.delivery_id AS id,
  coalesce(
    e.type IS NOT NULL AND s.id IS NOT NULL AND later.id IS NULL
      AND ($6::uuid IS NULL OR d.subscription_id = $6)
      AND ($7::text IS NULL OR e.subject = $7)
      AND ($8::text IS NULL OR e.type = $8)
      AND ($9::text IS NULL OR d.reason = $9),
    false
  ) AS matches
FROM (
  SELECT delivery_id
  FROM undelivered
  WHERE account_id = $1 AND state = $4 AND delivery_id > $2 AND delivery_id < $3
  ORDER BY delivery_id
  LIMIT $5
) w
LEFT JOIN LATERAL (
  SELECT event_id, subscription_id, reason
  FROM delivery
  WHERE id = w.delivery_id AND account_id = $1
  LIMIT 1
) d ON true
LEFT JOIN LATERAL (
  SELECT subject, type FROM event WHERE id = d.event_id AND account_id = $1 LIMIT 1
) e ON true
LEFT JOIN LATERAL (
  SELECT id
  FROM delivery
  WHERE
    event_id = d.event_id AND account_id = $1 AND subscription_id = d.subscription_id AND id > w.delivery_id
  LIMIT 1
) later ON true
LEFT JOIN subscription s ON s.id = d.subscription_id AND s.account_id = $1 AND s.deleted_at IS NULL
ORDER BY w.delivery_id
