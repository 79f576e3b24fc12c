SELECT
  s.id, s.name, s.kind, s.key, s.manager_url AS "managerUrl", s.token_sealed AS "tokenSealed",
  CASE WHEN s.previous_token_until > now() THEN s.previous_token_until END AS "previousTokenUntil",
  s.version, s.created_at AS "createdAt", a.last_event_at AS "lastEventAt", a.silent_since AS "silentSince"
FROM source s
LEFT JOIN source_activity a ON a.source_id = s.id AND a.account_id = s.account_id
WHERE s.account_id = $1 AND s.id = $2 AND s.deleted_at IS NULL
