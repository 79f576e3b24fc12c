SELECT id
FROM delivery
WHERE
  subscription_id = $6 AND account_id = $1 AND id < $2 AND id >= $3
  AND ($5::text IS NULL OR state = $5)
ORDER BY id DESC
LIMIT $4
