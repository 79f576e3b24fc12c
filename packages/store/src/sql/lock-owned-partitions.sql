-- The fence: a takeover waits for this transaction, or this transaction does not find its row.
SELECT o.partition
FROM partition_owner o
JOIN unnest($2::smallint[], $3::bigint[]) AS held (partition, epoch) USING (partition, epoch)
WHERE o.dispatcher_id = $1
FOR SHARE OF o
