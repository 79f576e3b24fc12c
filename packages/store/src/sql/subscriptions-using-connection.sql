SELECT id, name
FROM subscription
WHERE account_id = $1 AND connection_id = $2 AND deleted_at IS NULL AND trial_until IS NULL
ORDER BY id
LIMIT 10
