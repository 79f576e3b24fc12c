SELECT next_offset AS "nextOffset", next_operations_offset AS "nextOperationsOffset"
FROM partition_routed
WHERE partition = $1
