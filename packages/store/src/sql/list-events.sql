-- Newest first, and only what happened: not what somebody tried a rule with. $2 exclusive and $3 inclusive bounds of the id, which carries the time of receipt.
SELECT
  id, source_id AS "sourceId", type, subject, time, received_at AS "receivedAt", content_type AS "contentType",
  title, domain, octet_length(body) AS "sizeBytes", gap_from AS "gapFrom", gap_to AS "gapTo"
FROM event
WHERE
  account_id = $1 AND id < $2 AND id >= $3 AND only_for IS NULL
  AND ($5::text IS NULL OR type = $5)
  AND ($6::uuid IS NULL OR source_id = $6)
ORDER BY id DESC
LIMIT $4
