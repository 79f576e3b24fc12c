SELECT id, name, created_at AS "createdAt" FROM account WHERE id = $1
