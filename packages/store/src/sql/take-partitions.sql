-- A new epoch for every partition: whoever owned them before can write no more.
UPDATE partition_owner
SET epoch = epoch + 1, dispatcher_id = $1
RETURNING partition, epoch
