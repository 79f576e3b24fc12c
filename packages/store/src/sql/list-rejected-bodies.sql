SELECT
  id, received_at AS "receivedAt", content_type AS "contentType", reason, detail,
  size_bytes AS "sizeBytes", body
FROM rejected_body
WHERE account_id = $1 AND source_id = $2 AND id < $3
ORDER BY id DESC
LIMIT $4
