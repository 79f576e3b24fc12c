-- Closed ones that every group has passed, or whose time is up whether they were read or not.
SELECT segment.id
FROM bus.segment AS segment
JOIN bus.topic AS topic ON topic.id = segment.topic_id
CROSS JOIN LATERAL (
  SELECT later.starts FROM bus.segment AS later
  WHERE later.topic_id = segment.topic_id AND later.id > segment.id AND later.starts IS NOT NULL
  ORDER BY later.id
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
