-- After a write whose answer was lost: rows of our epoch that we do not hold were claimed by a
-- transaction we believed failed. Nobody has started them, so they wait again without any doubt.
UPDATE queue q
SET claimed_epoch = NULL
FROM partition_owner o
WHERE o.dispatcher_id = $1
  AND q.partition = o.partition
  AND q.claimed_epoch = o.epoch
  AND NOT (q.delivery_id = ANY ($2::uuid[]))
