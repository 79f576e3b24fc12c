-- Per lane that has room, what is due, in due order. Rows in flight stay in the index
-- (a claim touches no indexed column) and are stepped over; there are at most a lane's worth.
-- $6 bytes of bodies per lane, $7 in all: what begins beyond them is left for a later claim, so that memory
-- holds and one lane's large bodies leave room for the others.
WITH lane AS (
  SELECT l.partition, l.subscription_id, l.room, l.body_room, o.epoch
  FROM unnest($2::smallint[], $3::bigint[], $4::uuid[], $5::integer[], $6::bigint[])
    AS l (partition, epoch, subscription_id, room, body_room)
  JOIN partition_owner o ON o.partition = l.partition AND o.epoch = l.epoch AND o.dispatcher_id = $1
  FOR KEY SHARE OF o
),
due AS (
  SELECT q.delivery_id, q.event_id, q.due_at, q.seq, lane.epoch, lane.subscription_id, lane.body_room
  FROM lane
  CROSS JOIN LATERAL (
    SELECT delivery_id, event_id, due_at, seq
    FROM queue
    WHERE partition = lane.partition
      AND subscription_id = lane.subscription_id
      AND due_at <= now()
      AND claimed_epoch IS NULL
      AND NOT held
    ORDER BY due_at, seq
    LIMIT lane.room
    FOR UPDATE SKIP LOCKED
  ) q
),
sized AS (
  -- Lengths are known without reading a large body. An event may be gone: its delivery is handed out to be ended.
  SELECT
    due.delivery_id, due.epoch, due.body_room,
    sum(length.bytes) OVER (PARTITION BY due.subscription_id ORDER BY due.due_at, due.seq) - length.bytes
      AS lane_bytes_before,
    sum(length.bytes) OVER (ORDER BY due.due_at, due.seq, due.delivery_id) - length.bytes AS bytes_before
  FROM due
  LEFT JOIN event e ON e.id = due.event_id
  CROSS JOIN LATERAL (SELECT coalesce(octet_length(e.body), 0) AS bytes) AS length
),
claimed AS (
  UPDATE queue q
  SET claimed_epoch = sized.epoch
  FROM sized
  WHERE q.delivery_id = sized.delivery_id AND sized.bytes_before < $7 AND sized.lane_bytes_before < sized.body_room
  RETURNING q.*
)
SELECT
  c.delivery_id, c.account_id, c.partition, c.claimed_epoch AS epoch, c.subscription_id,
  c.subscription_version, c.event_id, c.key, c.attempts, c.input, c.seq, c.order_key, c.settle_until,
  c.marks_start, c.started_at, extract(epoch FROM now() - c.started_at)::float8 * 1000 AS started_ago_ms,
  c.created_at, extract(epoch FROM now() - c.created_at)::float8 * 1000 AS age_ms,
  e.source_id, e.type, e.subject, e.time, e.content_type, e.traceparent, e.body
FROM claimed c
LEFT JOIN event e ON e.id = c.event_id
ORDER BY c.due_at, c.seq
