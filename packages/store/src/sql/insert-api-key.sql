-- A key that is known already, revoked or not, stays as it is and nothing comes back.
INSERT INTO api_key (id, account_id, name, scopes, key_hash, hint)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (key_hash) DO NOTHING
RETURNING id, name, scopes, hint, created_at AS "createdAt", revoked_at AS "revokedAt"
