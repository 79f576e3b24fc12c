-- Whether one of the account's newest events has this type; older ones are not worth the walk.
SELECT EXISTS (
  SELECT FROM (SELECT type FROM event WHERE account_id = $1 AND only_for IS NULL ORDER BY id DESC LIMIT 10000) latest
  WHERE type = $2
) AS seen
