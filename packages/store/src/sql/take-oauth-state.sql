-- Once: of two callbacks with one state the second finds nothing.
DELETE FROM oauth_state
WHERE state_hash = $1
RETURNING
  id, account_id AS "accountId", connection_id AS "connectionId", verifier_sealed AS "verifierSealed",
  redirect_uri AS "redirectUri", expires_at < now() AS "isExpired"
