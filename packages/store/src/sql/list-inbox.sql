-- What a connection received last: a view of the deliveries made over it. $3 how many, $4 bytes of each body.
SELECT
  d.id, d.finished_at AS "deliveredAt", d.subscription_id AS "subscriptionId",
  e.id AS "eventId", e.type, e.subject, e.time, e.content_type AS "contentType",
  octet_length(e.body) AS "sizeBytes", substring(e.body FOR $4::integer) AS body
FROM (
  SELECT latest.*
  FROM subscription s
  CROSS JOIN LATERAL (
    SELECT d.id, d.event_id, d.subscription_id, d.finished_at
    FROM delivery d
    WHERE d.subscription_id = s.id AND d.account_id = $1 AND d.connection_id = $2 AND d.state = 'delivered'
    ORDER BY d.id DESC
    LIMIT $3
  ) latest
  WHERE s.account_id = $1 AND s.connection_id = $2
  ORDER BY latest.id DESC
  LIMIT $3
) d
JOIN event e ON e.id = d.event_id AND e.account_id = $1
ORDER BY d.id DESC
