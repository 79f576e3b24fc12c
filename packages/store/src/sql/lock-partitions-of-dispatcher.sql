SELECT partition FROM partition_owner WHERE dispatcher_id = $1 ORDER BY partition FOR UPDATE
