-- Partitions ($2) that are still at the epochs they were seen at ($3) and nobody's: free, left by one that is dead,
-- or this dispatcher's own, of which it lost sight. A new epoch each: whoever owned them before can write no more.
-- One that a dead process still holds the lock of is taken when PostgreSQL has ended that.
WITH nobodys AS (
  SELECT o.partition, o.clean_epoch = o.epoch AS clean, o.dispatcher_id AS "previousId"
  FROM partition_owner o
  JOIN unnest($2::smallint[], $3::bigint[]) AS seen (partition, epoch) USING (partition, epoch)
  WHERE
    o.dispatcher_id IS NULL
    OR o.dispatcher_id = $1
    OR NOT EXISTS (SELECT FROM dispatcher d WHERE d.id = o.dispatcher_id)
  ORDER BY o.partition
  FOR UPDATE OF o SKIP LOCKED
)
UPDATE partition_owner o
SET epoch = o.epoch + 1, dispatcher_id = $1
FROM nobodys n
WHERE o.partition = n.partition
RETURNING o.partition, o.epoch, coalesce(n.clean, false) AS clean, n."previousId"
