SELECT id, name, created_at AS "createdAt" FROM account ORDER BY id LIMIT 1
