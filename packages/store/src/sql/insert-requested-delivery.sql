-- A delivery that somebody asked for joins its partition at the tail.
-- $1 id, $2 account, $3 event, $4 subscription, $5 its version, $6 connection, $7 key, $8 partition,
-- $9 the input as it was edited, or NULL
WITH tail AS (
  UPDATE partition_routed SET last_seq = last_seq + 1 WHERE partition = $8 RETURNING last_seq
),
made AS (
  INSERT INTO delivery (
    id, account_id, event_id, subscription_id, subscription_version, connection_id, key, input
  )
  VALUES ($1, $2, $3, $4, $5, $6, $7, $9::json)
)
INSERT INTO queue (
  delivery_id, account_id, partition, seq, subscription_id, subscription_version, event_id, key, due_at, input
)
SELECT $1, $2, $8, tail.last_seq, $4, $5, $3, $7, now(), $9::json FROM tail
RETURNING delivery_id AS id
