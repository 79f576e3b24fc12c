UPDATE bus.assignment AS assignment SET member_id = $2
FROM unnest($3::integer[], $4::integer[]) AS taken (topic_id, partition)
WHERE assignment.group_name = $1
  AND assignment.topic_id = taken.topic_id
  AND assignment.partition = taken.partition
