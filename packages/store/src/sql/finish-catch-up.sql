-- The backlog of a resume ($6, when) is dealt with, while this dispatcher owns the partition ($1-$3). A later pause or
-- resume has its own.
WITH owner AS (
  SELECT 1 FROM partition_owner WHERE partition = $2 AND epoch = $3 AND dispatcher_id = $1 FOR KEY SHARE
)
UPDATE subscription s
SET catch_up = NULL, catch_up_before = NULL, catch_up_per_second = NULL
FROM owner
WHERE s.account_id = $4 AND s.id = $5 AND date_trunc('milliseconds', s.catch_up_before) = $6
