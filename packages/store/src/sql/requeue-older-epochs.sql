-- What an older epoch had claimed waits again. It may have been on the wire when its
-- dispatcher went away, so it and its delivery say so.
WITH waiting AS (
  UPDATE queue q
  SET claimed_epoch = NULL, possibly_sent = true
  FROM partition_owner o
  WHERE o.dispatcher_id = $1 AND q.partition = o.partition AND q.claimed_epoch < o.epoch
  RETURNING q.delivery_id
),
marked AS (
  UPDATE delivery d SET possibly_sent = true FROM waiting w WHERE d.id = w.delivery_id
)
SELECT count(*) AS requeued FROM waiting
