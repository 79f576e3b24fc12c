-- Closed ones that every group has passed, or whose time is up whether they were read or not.
SELECT segment.id
FROM bus.segment AS segment
JOIN bus.topic AS topic ON topic.id = segment.topic_id
CROSS JOIN LATERAL (
  SELECT starts FROM bus.segment
  WHERE topic_id = segment.topic_id AND id > segment.id AND starts IS NOT NULL
  ORDER BY id
  LIMIT 1
) AS next
WHERE segment.closed_at < now() - topic.retention_ms * interval '1 ms'
  OR (
    topic.drop_consumed
    AND segment.closed_at IS NOT NULL
    AND EXISTS (SELECT FROM bus.assignment WHERE topic_id = segment.topic_id)
    AND NOT EXISTS (
      SELECT FROM bus.assignment
      WHERE topic_id = segment.topic_id AND COALESCE(next_offset, 0) < next.starts[partition + 1]
    )
  )
ORDER BY segment.id
