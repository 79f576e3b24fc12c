-- The first of each subject may be claimed, unless it may already; one that is held stays held. Its own statement,
-- behind the lock of the partitions: it has to see what was committed until then.
UPDATE queue q
SET
  behind = false,
  due_at = CASE WHEN q.held THEN q.due_at ELSE greatest(now(), q.settle_until) END
FROM (SELECT DISTINCT partition, order_key FROM unnest($1::smallint[], $2::uuid[]) AS s (partition, order_key)) subject
CROSS JOIN LATERAL (
  SELECT delivery_id
  FROM queue
  WHERE partition = subject.partition AND order_key = subject.order_key
  ORDER BY seq
  LIMIT 1
) first
WHERE q.delivery_id = first.delivery_id AND q.behind
RETURNING
  q.partition, q.account_id AS "accountId", q.subscription_id AS "subscriptionId",
  -- Nobody has to look for one that is held.
  CASE WHEN q.held THEN NULL ELSE greatest(0, extract(epoch FROM q.due_at - now()) * 1000)::float8 END AS "dueInMs"
