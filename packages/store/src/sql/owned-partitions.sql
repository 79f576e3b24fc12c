SELECT partition, epoch FROM partition_owner WHERE dispatcher_id = $1
