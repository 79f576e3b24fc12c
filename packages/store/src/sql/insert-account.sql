INSERT INTO account (id, name) VALUES ($1, $2) RETURNING id, name, created_at AS "createdAt"
