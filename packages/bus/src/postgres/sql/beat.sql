UPDATE bus.member SET heartbeat_at = clock_timestamp() WHERE id = $1 RETURNING id
