SELECT
  part.next_offset,
  part.segment_id,
  (
    SELECT starts[part.partition + 1] FROM bus.segment
    WHERE topic_id = part.topic_id AND starts IS NOT NULL
    ORDER BY id
    LIMIT 1
  ) AS earliest
FROM bus.partition AS part
WHERE topic_id = $1 AND partition = $2
