-- An event that somebody tries a rule with. It comes from the account's oldest source, so that what a rule takes from
-- a source is what it will be.
-- $1 id, $2 account, $3 type, $4 subject, $5 title, $6 domain, $7 body, $8 the subscription it is for
INSERT INTO event (
  id, account_id, source_id, type, subject, time, content_type, title, domain, revision, body, only_for
)
SELECT
  $1, a.id, (SELECT s.id FROM source s WHERE s.account_id = a.id AND s.deleted_at IS NULL ORDER BY s.id LIMIT 1),
  $3, $4, now(), 'application/json', $5, $6, a.revision, $7, $8
FROM account a
WHERE a.id = $2
