WITH member AS (
  INSERT INTO bus.member (id, group_name, topic_ids, session_ms, pid, machine)
  VALUES ($1, $2, $3::integer[], $4, $5, $6)
)
INSERT INTO bus.assignment (group_name, topic_id, partition)
SELECT $2, topic_id, partition FROM bus.partition WHERE topic_id = ANY($3::integer[])
ON CONFLICT DO NOTHING
