-- $5 which of them: skipped, dead or expired.
SELECT u.delivery_id AS id
FROM undelivered u
WHERE
  u.account_id = $1 AND u.state = $5 AND u.delivery_id < $2 AND u.delivery_id >= $3
  AND (($6::uuid IS NULL AND $7::text IS NULL) OR EXISTS (
    SELECT FROM delivery d
    JOIN event e ON e.id = d.event_id AND e.account_id = $1
    WHERE
      d.id = u.delivery_id AND d.account_id = $1
      AND ($6::uuid IS NULL OR d.subscription_id = $6)
      AND ($7::text IS NULL OR e.subject = $7)
  ))
ORDER BY u.delivery_id DESC
LIMIT $4
