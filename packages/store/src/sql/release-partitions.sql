-- Partitions ($2, $3) that this dispatcher ($1) gives away. $4: nothing of it is left claimed.
UPDATE partition_owner o
SET dispatcher_id = NULL, clean_epoch = CASE WHEN r.clean THEN o.epoch END
FROM unnest($2::smallint[], $3::bigint[], $4::boolean[]) AS r (partition, epoch, clean)
WHERE o.partition = r.partition AND o.epoch = r.epoch AND o.dispatcher_id = $1
RETURNING o.partition
