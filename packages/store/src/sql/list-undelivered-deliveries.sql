-- The next $4 that ended as $5 (skipped, dead or expired), and whether each is what was asked for:
-- $6 subscription, $7 subject, $8 type, $9 reason are in no index of these. LIMIT 1: looked up one by one.
SELECT
  w.delivery_id AS id,
  coalesce(
    ($6::uuid IS NULL OR d.subscription_id = $6)
      AND ($7::text IS NULL OR e.subject = $7)
      AND ($8::text IS NULL OR e.type = $8)
      AND ($9::text IS NULL OR d.reason = $9),
    false
  ) AS matches
FROM (
  SELECT delivery_id
  FROM undelivered
  WHERE account_id = $1 AND state = $5 AND delivery_id < $2 AND delivery_id >= $3
  ORDER BY delivery_id DESC
  LIMIT $4
) w
LEFT JOIN LATERAL (
  SELECT event_id, subscription_id, reason
  FROM delivery
  WHERE id = w.delivery_id AND account_id = $1
  LIMIT 1
) d ON true
LEFT JOIN LATERAL (
  SELECT subject, type FROM event WHERE id = d.event_id AND account_id = $1 LIMIT 1
) e ON $7::text IS NOT NULL OR $8::text IS NOT NULL
ORDER BY w.delivery_id DESC
