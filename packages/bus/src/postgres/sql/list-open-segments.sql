-- The segment that each topic writes to, and what decides whether it is full.
SELECT
  topic.id AS topic_id,
  segment.id AS segment_id,
  topic.retention_ms,
  extract(epoch FROM now() - segment.opened_at) * 1000 AS age_ms,
  (SELECT sum(next_offset) FROM bus.partition WHERE topic_id = topic.id) > (SELECT sum(start) FROM unnest(segment.starts) AS start)
    AS has_records,
  pg_total_relation_size(to_regclass('bus.record_' || segment.id)) AS bytes,
  (
    SELECT sum(pg_total_relation_size(to_regclass('bus.record_' || each.id)))
    FROM bus.segment AS each WHERE each.topic_id = topic.id
  ) AS topic_bytes
FROM bus.topic AS topic
JOIN bus.segment AS segment ON segment.topic_id = topic.id AND segment.starts IS NOT NULL AND segment.closed_at IS NULL
