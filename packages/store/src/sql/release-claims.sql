-- Claimed but never started: wait again, without any doubt.
WITH released AS (
  SELECT r.delivery_id, r.epoch
  FROM unnest($2::uuid[], $3::smallint[], $4::bigint[]) AS r (delivery_id, partition, epoch)
  JOIN partition_owner o ON o.partition = r.partition AND o.epoch = r.epoch AND o.dispatcher_id = $1
  FOR KEY SHARE OF o
)
UPDATE queue q
SET claimed_epoch = NULL
FROM released r
WHERE q.delivery_id = r.delivery_id AND q.claimed_epoch = r.epoch
