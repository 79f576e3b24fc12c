-- Events that come with an API key belong to this source.
SELECT id
FROM source
WHERE account_id = $1 AND kind = 'api' AND deleted_at IS NULL
ORDER BY id
LIMIT 1
