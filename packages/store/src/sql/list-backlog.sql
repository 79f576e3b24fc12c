-- A lane's waiting deliveries that were made until $5, in due order behind ($3, $4).
SELECT q.delivery_id AS "deliveryId", q.due_at::text AS "dueAt", q.seq, e.subject
FROM queue q
LEFT JOIN event e ON e.id = q.event_id
WHERE
  q.partition = $1 AND q.subscription_id = $2 AND q.claimed_epoch IS NULL AND NOT q.held
  AND q.due_at >= $3::timestamptz AND (q.due_at > $3::timestamptz OR q.delivery_id > $4)
  AND q.created_at <= $5
ORDER BY q.due_at, q.delivery_id
LIMIT $6
