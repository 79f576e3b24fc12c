SELECT id, account_id AS "accountId", kind
FROM source
WHERE token_hash = $1
UNION ALL
SELECT id, account_id, kind
FROM source
WHERE previous_token_hash = $1 AND previous_token_until > now()
