SELECT
  id, number, started_at AS "startedAt", duration_ms AS "durationMs", outcome, reason, detail, request,
  reply_status AS "replyStatus", reply_headers AS "replyHeaders", reply_body AS "replyBody"
FROM attempt
WHERE delivery_id = $2 AND account_id = $1
ORDER BY number, id
