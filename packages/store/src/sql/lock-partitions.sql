-- Ascending, so that two who want several never wait for each other.
SELECT partition FROM partition_routed WHERE partition = ANY ($1::smallint[]) ORDER BY partition FOR UPDATE
