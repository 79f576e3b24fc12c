-- $1 partitions. Answers whether this start made the installation, and the number of partitions that holds.
WITH made AS (
  INSERT INTO installation (partitions) VALUES ($1) ON CONFLICT DO NOTHING RETURNING partitions
)
SELECT partitions, true AS "firstStart" FROM made
UNION ALL
SELECT partitions, false FROM installation WHERE NOT EXISTS (SELECT FROM made)
