-- Right before a call that may not simply be repeated: from here until its outcome is written nobody knows whether it
-- arrived. Only what this dispatcher ($1) holds at its epoch; what does not come back must not be called.
-- $2 deliveries, $3 partitions, $4 epochs, $5 whether this send may be a repeat
WITH mine AS (
  SELECT m.*
  FROM unnest($2::uuid[], $3::smallint[], $4::bigint[], $5::boolean[])
    AS m (delivery_id, partition, epoch, possibly_sent)
  JOIN partition_owner o ON o.partition = m.partition AND o.epoch = m.epoch AND o.dispatcher_id = $1
  FOR KEY SHARE OF o
),
marked AS (
  UPDATE queue q
  -- Not now(): the transaction may have begun long before the call does.
  SET started_at = clock_timestamp(), marks_start = true, possibly_sent = q.possibly_sent OR m.possibly_sent
  FROM mine m
  WHERE q.delivery_id = m.delivery_id AND q.claimed_epoch = m.epoch
  RETURNING q.delivery_id, m.epoch, m.possibly_sent
),
doubted AS (
  UPDATE delivery d
  SET possibly_sent = true
  FROM marked m
  WHERE d.id = m.delivery_id AND m.possibly_sent AND NOT d.possibly_sent
)
SELECT delivery_id, epoch FROM marked
