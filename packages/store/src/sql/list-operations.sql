-- The oldest operations events of these partitions that are not on their topic yet.
SELECT o.id, o.account_id AS "accountId", o.partition, o.type, o.subject, o.time, o.data
FROM unnest($1::smallint[]) AS owned (partition)
JOIN operations_outbox o USING (partition)
ORDER BY o.id
LIMIT $2
