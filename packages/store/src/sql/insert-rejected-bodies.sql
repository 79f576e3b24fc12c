-- $1 rows as JSON, bodies in base64. A source that is gone meanwhile takes none.
INSERT INTO rejected_body (id, account_id, source_id, received_at, content_type, reason, detail, size_bytes, body)
SELECT r.id, r.account_id, r.source_id, r.received_at, r.content_type, r.reason, r.detail, r.size_bytes,
  decode(r.body, 'base64')
FROM json_to_recordset($1) AS r (
  id uuid, account_id uuid, source_id uuid, received_at timestamptz, content_type text,
  reason text, detail text, size_bytes integer, body text
)
JOIN source s ON s.id = r.source_id AND s.account_id = r.account_id
