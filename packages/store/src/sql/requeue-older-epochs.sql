-- What an older epoch had claimed of these partitions ($2) waits again. It may have been on the wire when its
-- dispatcher went away, so it and its delivery say so; but one whose start would have been marked, and was not, was never sent. Where started_at is set it
-- stays: that is a doubt, which is settled before anything is sent again.
WITH waiting AS (
  UPDATE queue q
  SET
    claimed_epoch = NULL,
    possibly_sent = q.possibly_sent OR NOT q.marks_start OR q.started_at IS NOT NULL
  FROM partition_owner o
  WHERE
    o.dispatcher_id = $1 AND o.partition = ANY ($2::smallint[])
    AND q.partition = o.partition AND q.claimed_epoch < o.epoch
  RETURNING q.delivery_id, q.possibly_sent
),
marked AS (
  UPDATE delivery d
  SET possibly_sent = true
  FROM waiting w
  WHERE d.id = w.delivery_id AND w.possibly_sent AND NOT d.possibly_sent
)
SELECT count(*) AS requeued FROM waiting
