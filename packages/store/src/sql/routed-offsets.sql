-- How far every partition is routed: a row each, so a handful. For whoever watches, not for routing.
SELECT partition, next_offset AS "nextOffset", next_operations_offset AS "nextOperationsOffset"
FROM partition_routed
ORDER BY partition
