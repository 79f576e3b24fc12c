DELETE FROM oauth_state WHERE expires_at < now() RETURNING 1
