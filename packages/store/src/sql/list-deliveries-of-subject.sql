SELECT d.id
FROM event e
JOIN delivery d ON d.event_id = e.id AND d.account_id = e.account_id
WHERE
  e.account_id = $1 AND e.subject = $6 AND d.id < $2 AND d.id >= $3
  AND ($5::text IS NULL OR d.state = $5)
  AND ($7::uuid IS NULL OR d.subscription_id = $7)
ORDER BY d.id DESC
LIMIT $4
