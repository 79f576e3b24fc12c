-- A lane's waiting deliveries that were made until $5, in due order behind ($3, $4). Those behind another one of their subject come last.
SELECT q.delivery_id AS "deliveryId", q.due_at::text AS "dueAt", q.seq, q.order_key AS "orderKey", e.subject
FROM queue q
LEFT JOIN event e ON e.id = q.event_id
WHERE
  q.partition = $1 AND q.subscription_id = $2 AND q.claimed_epoch IS NULL AND NOT q.held
  AND (q.due_at, q.seq) > ($3::timestamptz, $4::bigint)
  AND q.created_at <= $5
ORDER BY q.due_at, q.seq
LIMIT $6
