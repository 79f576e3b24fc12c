DELETE FROM dispatcher d
WHERE d.heartbeat_at < now() - interval '1 day'
  AND NOT EXISTS (SELECT FROM partition_owner o WHERE o.dispatcher_id = d.id)
