INSERT INTO subscription (id, account_id, connection_id, name, enabled) VALUES ($1, $2, $3, $4, $5)
