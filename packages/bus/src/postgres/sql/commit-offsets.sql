-- Only for partitions that are still this member's; what is missing in the answer was lost.
UPDATE bus.assignment AS assignment SET next_offset = done.next_offset
FROM unnest($3::integer[], $4::integer[], $5::bigint[]) AS done (topic_id, partition, next_offset)
WHERE assignment.group_name = $1
  AND assignment.topic_id = done.topic_id
  AND assignment.partition = done.partition
  AND assignment.member_id = $2
RETURNING assignment.topic_id, assignment.partition
