-- Whoever has not been heard of for a session is out, and who is dead ($2), and what it held is free.
WITH gone AS (
  DELETE FROM bus.member
  WHERE group_name = $1
    AND (heartbeat_at < clock_timestamp() - session_ms * interval '1 ms' OR id = ANY($2::uuid[]))
  RETURNING id
)
UPDATE bus.assignment SET member_id = NULL
FROM gone
WHERE group_name = $1 AND member_id = gone.id
