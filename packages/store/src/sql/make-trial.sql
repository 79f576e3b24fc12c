-- Nobody sees it from now on, and in an hour it is gone. $3: the connection, where it was made for it.
WITH hidden AS (
  UPDATE subscription SET trial_until = now() + interval '1 hour' WHERE account_id = $1 AND id = $2
)
UPDATE connection SET trial_until = now() + interval '1 hour' WHERE account_id = $1 AND id = $3
