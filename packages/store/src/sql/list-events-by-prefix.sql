-- $8 begins a title or a domain. Ranges, because a LIKE pattern that is a parameter uses no index.
WITH found AS (
  SELECT id
  FROM event
  WHERE
    account_id = $1 AND title IS NOT NULL AND id < $2 AND id >= $3
    AND lower(title) ~>=~ lower($8::text) AND lower(title) ~<~ (lower($8::text) || chr(1114111))
  UNION
  SELECT id
  FROM event
  WHERE
    account_id = $1 AND domain IS NOT NULL AND id < $2 AND id >= $3
    AND lower(domain) ~>=~ lower($8::text) AND lower(domain) ~<~ (lower($8::text) || chr(1114111))
)
SELECT
  event.id, source_id AS "sourceId", type, subject, time, received_at AS "receivedAt", content_type AS "contentType",
  title, domain, octet_length(body) AS "sizeBytes"
FROM event
JOIN found ON found.id = event.id
WHERE
  account_id = $1
  AND ($5::text IS NULL OR type = $5)
  AND ($6::uuid IS NULL OR source_id = $6)
  AND ($7::text IS NULL OR subject = $7)
ORDER BY event.id DESC
LIMIT $4
