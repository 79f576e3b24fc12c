-- $8 begins a title or a domain; which events that are is asked of a function, because of row-level security
-- (migration 0003). OFFSET 0 where the planner would rather walk the whole log in its order.
WITH found AS MATERIALIZED (
  SELECT id FROM event_ids_beginning($1, $8) AS beginning (id) WHERE id < $2 AND id >= $3
)
SELECT
  e.id, e.source_id AS "sourceId", e.type, e.subject, e.time, e.received_at AS "receivedAt",
  e.content_type AS "contentType", e.title, e.domain, octet_length(e.body) AS "sizeBytes",
  e.gap_from AS "gapFrom", e.gap_to AS "gapTo"
FROM (SELECT id FROM found ORDER BY id DESC) f
CROSS JOIN LATERAL (SELECT * FROM event WHERE event.id = f.id AND account_id = $1 OFFSET 0) e
WHERE
  e.only_for IS NULL
  AND ($5::text IS NULL OR e.type = $5)
  AND ($6::uuid IS NULL OR e.source_id = $6)
  AND ($7::text IS NULL OR e.subject = $7)
ORDER BY e.id DESC
LIMIT $4
