-- $2 new deliveries that repeat $3. $4: under the same key. $5: with what the subscription is now, which an edited
-- input does not survive. Under the same key it may arrive twice, if the one before may have arrived.
INSERT INTO delivery (
  id, account_id, event_id, subscription_id, subscription_version, connection_id, key, input,
  possibly_sent
)
SELECT
  n.id, d.account_id, d.event_id, d.subscription_id,
  CASE WHEN $5::boolean THEN s.version ELSE d.subscription_version END,
  CASE WHEN $5 THEN s.connection_id ELSE d.connection_id END,
  CASE WHEN $4::boolean THEN d.key ELSE n.id END,
  CASE WHEN NOT $5 THEN d.input END,
  $4 AND d.possibly_sent
FROM unnest($2::uuid[], $3::uuid[]) AS n (id, repeated)
JOIN delivery d ON d.id = n.repeated AND d.id = ANY ($3) AND d.account_id = $1
JOIN subscription s ON s.id = d.subscription_id AND s.account_id = $1 AND s.deleted_at IS NULL
