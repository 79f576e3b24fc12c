SELECT id
FROM delivery
WHERE
  event_id = $6 AND account_id = $1 AND id < $2 AND id >= $3
  AND ($5::uuid IS NULL OR subscription_id = $5)
ORDER BY id DESC
LIMIT $4
