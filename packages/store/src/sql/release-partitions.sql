-- Partitions ($2, $3) that this dispatcher ($1) gives away. $4: nothing of it is left claimed.
-- Locked first: an update alone would pass by those who hold the row to work on its partition.
WITH given AS (
  SELECT o.partition, r.clean
  FROM partition_owner o
  JOIN unnest($2::smallint[], $3::bigint[], $4::boolean[]) AS r (partition, epoch, clean) USING (partition, epoch)
  WHERE o.dispatcher_id = $1
  ORDER BY o.partition
  FOR UPDATE OF o
)
UPDATE partition_owner o
SET dispatcher_id = NULL, clean_epoch = CASE WHEN g.clean THEN o.epoch END
FROM given g
WHERE o.partition = g.partition
RETURNING o.partition
