-- What a route has to know and to hold, in one round trip: which of the held partitions are still
-- ours (a takeover waits for this transaction, or this finds no row), how far each partition is routed
-- (ascending, so that two routers never wait for each other), and the accounts' revisions.
WITH owned AS (
  SELECT o.partition
  FROM partition_owner o
  JOIN unnest($2::smallint[], $3::bigint[]) AS held (partition, epoch) USING (partition, epoch)
  WHERE o.dispatcher_id = $1
  FOR KEY SHARE OF o
),
routed AS (
  SELECT partition, next_offset AS "nextOffset", next_operations_offset AS "nextOperationsOffset", last_seq AS "lastSeq"
  FROM partition_routed
  WHERE partition = ANY ($4::smallint[])
  ORDER BY partition
  FOR UPDATE
)
SELECT
  (SELECT coalesce(json_agg(partition), '[]') FROM owned) AS owned,
  (SELECT coalesce(json_agg(routed), '[]') FROM routed) AS routed,
  (SELECT coalesce(json_object_agg(id, revision), '{}') FROM account WHERE id = ANY ($5::uuid[])) AS revisions
