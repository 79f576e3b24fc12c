SELECT version::float8 AS version, token_sealed AS "tokenSealed"
FROM connection_token
WHERE account_id = $1 AND connection_id = $2
