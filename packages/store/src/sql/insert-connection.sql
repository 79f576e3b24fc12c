INSERT INTO connection (id, account_id, connector, name, settings, secrets_sealed)
VALUES ($1, $2, $3, $4, $5, $6)
