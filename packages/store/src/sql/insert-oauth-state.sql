INSERT INTO oauth_state (id, account_id, connection_id, state_hash, verifier_sealed, redirect_uri, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')
