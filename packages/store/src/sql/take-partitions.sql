-- A new epoch for every partition: whoever owned them before can write no more.
-- Locked first: an update alone would pass by those who hold the row to work on its partition.
WITH locked AS (SELECT partition FROM partition_owner ORDER BY partition FOR UPDATE)
UPDATE partition_owner o
SET epoch = o.epoch + 1, dispatcher_id = $1
FROM locked l
WHERE o.partition = l.partition
RETURNING o.partition, o.epoch
