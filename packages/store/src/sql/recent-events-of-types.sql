-- The three newest of each type among the account's newest thousand events: what its events really look like.
WITH recent AS (
  SELECT id, type FROM event WHERE account_id = $1 AND only_for IS NULL ORDER BY id DESC LIMIT 1000
),
newest AS (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY type ORDER BY id DESC) AS place FROM recent WHERE type = ANY ($2::text[])
  ) ranked
  WHERE place <= 3
)
SELECT e.type, e.content_type AS "contentType", e.body
FROM newest n
JOIN event e ON e.id = n.id AND e.account_id = $1
