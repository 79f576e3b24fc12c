-- No row: somebody thought this dispatcher dead.
UPDATE dispatcher SET heartbeat_at = clock_timestamp() WHERE id = $1 RETURNING id
