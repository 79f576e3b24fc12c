-- A connection whose receivers check with a public key. Any other has no row here, as if it were not there.
SELECT id, connector, settings, secrets_sealed AS "secretsSealed"
FROM connection
WHERE id = $1 AND deleted_at IS NULL AND settings ->> 'signature' IN ('v1a', 'both')
