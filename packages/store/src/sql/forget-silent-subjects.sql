-- Those of which nothing was heard since $1; $2 how many at once. Reads the whole table: an index would be written
-- with every event.
DELETE FROM subject
WHERE (account_id, subject) IN (
  SELECT account_id, subject FROM subject WHERE heard_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
)
RETURNING 1
