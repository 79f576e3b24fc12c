SELECT id, name, scopes, hint, created_at AS "createdAt", revoked_at AS "revokedAt"
FROM api_key
WHERE account_id = $1 AND id = $2
