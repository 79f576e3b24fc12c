UPDATE dispatcher SET heartbeat_at = now() WHERE id = $1
