-- Deliveries that were just inserted ($3, in their order) join their partition ($2) at the tail. Their due times
-- differ by a microsecond, because claims go by them.
WITH tail AS (
  UPDATE partition_routed
  SET last_seq = last_seq + cardinality($3::uuid[])
  WHERE partition = $2
  RETURNING last_seq - cardinality($3::uuid[]) AS before
)
INSERT INTO queue (
  delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, input
)
SELECT
  d.id, $1, $2, tail.before + n.place, d.subscription_id, d.subscription_version, d.event_id, d.key,
  now() - (cardinality($3::uuid[]) - n.place) * interval '1 microsecond', d.input
FROM tail
CROSS JOIN unnest($3::uuid[]) WITH ORDINALITY AS n (id, place)
JOIN delivery d ON d.id = n.id AND d.id = ANY ($3) AND d.account_id = $1
RETURNING delivery_id AS id
