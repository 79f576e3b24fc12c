-- The subjects whose first delivery is behind nobody and still `behind`, found by jumping from subject to subject in
-- the index instead of reading the backlog.
WITH RECURSIVE head AS (
  SELECT owned.partition, first.order_key, first.behind
  FROM unnest($1::smallint[]) AS owned (partition)
  CROSS JOIN LATERAL (
    SELECT order_key, behind
    FROM queue
    WHERE partition = owned.partition AND order_key IS NOT NULL
    ORDER BY order_key, seq
    LIMIT 1
  ) first
  UNION ALL
  SELECT head.partition, next.order_key, next.behind
  FROM head
  CROSS JOIN LATERAL (
    SELECT order_key, behind
    FROM queue
    WHERE partition = head.partition AND order_key > head.order_key
    ORDER BY order_key, seq
    LIMIT 1
  ) next
)
SELECT partition, order_key AS "orderKey" FROM head WHERE behind
