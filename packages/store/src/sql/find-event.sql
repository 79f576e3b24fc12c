SELECT
  id, source_id AS "sourceId", type, subject, time, received_at AS "receivedAt", content_type AS "contentType",
  title, domain, octet_length(body) AS "sizeBytes", gap_from AS "gapFrom", gap_to AS "gapTo", traceparent, revision, only_for AS "onlyFor"
FROM event
WHERE id = $2 AND account_id = $1
