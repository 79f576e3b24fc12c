INSERT INTO source (id, account_id, name, kind, key, manager_url, token_hash, token_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (account_id, key) DO NOTHING
RETURNING id
