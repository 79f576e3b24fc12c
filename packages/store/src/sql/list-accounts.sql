SELECT id, name, created_at AS "createdAt"
FROM account
WHERE id < $1
ORDER BY id DESC
LIMIT $2
