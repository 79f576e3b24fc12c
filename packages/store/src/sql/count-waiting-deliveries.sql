-- How many wait, as far as $3: more are not counted.
SELECT count(*) AS count
FROM (SELECT FROM queue WHERE partition = $1 AND subscription_id = $2 LIMIT $3) AS waiting
