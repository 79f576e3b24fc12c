-- What is read is in use: noted once a day, so that reading seldom writes.
WITH used AS (
  UPDATE remembered SET used_at = now()
  WHERE account_id = $1 AND connection_id = $2 AND subject = $3 AND used_at < now() - interval '1 day'
)
SELECT name, value FROM remembered WHERE account_id = $1 AND connection_id = $2 AND subject = $3
