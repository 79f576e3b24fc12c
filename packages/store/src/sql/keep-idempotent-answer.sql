UPDATE idempotency SET answer = $4 WHERE account_id = $1 AND route = $2 AND key_hash = decode($3, 'hex')
