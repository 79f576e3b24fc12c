-- $1 rows as JSON, no key twice. Whoever came first keeps its resource id until it expires; everybody gets that one.
-- Sorted, so that two processes with the same keys wait for each other and do not deadlock.
INSERT INTO idempotency AS i (account_id, route, key_hash, body_hash, resource_id, expires_at)
SELECT r.account_id, r.route, decode(r.key_hash, 'hex'), decode(r.body_hash, 'hex'), r.resource_id,
  now() + interval '24 hours'
FROM json_to_recordset($1) AS r (account_id uuid, route text, key_hash text, body_hash text, resource_id uuid)
ORDER BY r.account_id, r.route, r.key_hash
ON CONFLICT (account_id, route, key_hash) DO UPDATE
SET
  body_hash = CASE WHEN i.expires_at < now() THEN excluded.body_hash ELSE i.body_hash END,
  resource_id = CASE WHEN i.expires_at < now() THEN excluded.resource_id ELSE i.resource_id END,
  expires_at = CASE WHEN i.expires_at < now() THEN excluded.expires_at ELSE i.expires_at END
RETURNING
  account_id AS "accountId", route, encode(key_hash, 'hex') AS "keyHash",
  encode(body_hash, 'hex') AS "bodyHash", resource_id AS "resourceId"
