-- A page of ids, newest first; `load-deliveries` shows them. $5 a final state or NULL.
SELECT id
FROM delivery
WHERE account_id = $1 AND id < $2 AND id >= $3 AND ($5::text IS NULL OR state = $5)
ORDER BY id DESC
LIMIT $4
