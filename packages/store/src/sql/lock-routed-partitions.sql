-- Ascending, so that two routers never wait for each other.
SELECT partition, next_offset, last_seq
FROM partition_routed
WHERE partition = ANY ($1::smallint[])
ORDER BY partition
FOR UPDATE
