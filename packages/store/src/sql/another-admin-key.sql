SELECT id FROM api_key WHERE 'admin' = ANY (scopes) AND revoked_at IS NULL AND id <> $1 LIMIT 1
