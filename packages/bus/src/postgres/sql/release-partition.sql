WITH released AS (
  UPDATE bus.assignment SET member_id = NULL, next_offset = COALESCE($5, next_offset)
  WHERE group_name = $1 AND member_id = $2 AND topic_id = $3 AND partition = $4
  RETURNING 1
)
SELECT pg_notify('stellwerk_bus_groups', $1) FROM released
