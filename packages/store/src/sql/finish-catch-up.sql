-- The backlog of a resume ($6, when) is dealt with. A later pause or resume has its own.
UPDATE subscription s
SET catch_up = NULL, catch_up_before = NULL, catch_up_per_second = NULL
FROM partition_owner o
WHERE
  o.partition = $2 AND o.epoch = $3 AND o.dispatcher_id = $1
  AND s.account_id = $4 AND s.id = $5 AND date_trunc('milliseconds', s.catch_up_before) = $6
