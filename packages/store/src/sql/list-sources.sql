SELECT
  id, name, kind, key, manager_url AS "managerUrl", token_sealed AS "tokenSealed",
  CASE WHEN previous_token_until > now() THEN previous_token_until END AS "previousTokenUntil",
  version, created_at AS "createdAt"
FROM source
WHERE account_id = $1 AND id < $2 AND deleted_at IS NULL
ORDER BY id DESC
LIMIT $3
