-- Who owns what, who wants what, and who lives. Heartbeats as text: exactly as they are, to be compared later.
SELECT
  (
    SELECT coalesce(json_agg(json_build_object(
      'partition', partition, 'epoch', epoch, 'ownerId', dispatcher_id, 'wantedBy', wanted_by
    ) ORDER BY partition), '[]')
    FROM partition_owner
  ) AS partitions,
  (
    SELECT coalesce(json_agg(json_build_object(
      'id', id, 'host', host, 'pid', pid, 'machine', machine, 'heartbeat', heartbeat_at::text,
      'silentMs', extract(epoch FROM clock_timestamp() - heartbeat_at) * 1000
    ) ORDER BY id), '[]')
    FROM dispatcher
  ) AS dispatchers
