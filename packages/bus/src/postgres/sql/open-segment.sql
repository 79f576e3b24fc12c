-- From here on records go to segment $2. The partitions stay locked to the end of the
-- transaction, so the starts are exact.
WITH locked AS (
  SELECT partition, next_offset FROM bus.partition WHERE topic_id = $1 ORDER BY partition FOR UPDATE
),
moved AS (
  UPDATE bus.partition AS part SET segment_id = $2 FROM locked
  WHERE part.topic_id = $1 AND part.partition = locked.partition
),
closed AS (
  UPDATE bus.segment SET closed_at = clock_timestamp()
  WHERE topic_id = $1 AND starts IS NOT NULL AND closed_at IS NULL
)
UPDATE bus.segment
SET starts = (SELECT array_agg(next_offset ORDER BY partition) FROM locked), opened_at = clock_timestamp()
WHERE id = $2
