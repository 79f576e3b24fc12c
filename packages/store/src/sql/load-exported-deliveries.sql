-- What a line of the export has besides the delivery: the event as it came, and the last attempt.
SELECT
  d.id, e.time, e.content_type AS "contentType", e.body,
  a.id AS "attemptId", a.number, a.started_at AS "startedAt", a.duration_ms AS "durationMs", a.outcome,
  a.reason, a.detail, a.request, a.reply_status AS "replyStatus", a.reply_headers AS "replyHeaders",
  a.reply_body AS "replyBody"
FROM delivery d
LEFT JOIN event e ON e.id = d.event_id AND e.account_id = $1
LEFT JOIN LATERAL (
  SELECT *
  FROM attempt
  WHERE delivery_id = d.id AND account_id = $1
  ORDER BY number DESC, id DESC
  LIMIT 1
) a ON true
WHERE d.account_id = $1 AND d.id = ANY ($2::uuid[])
