SELECT id, starts FROM bus.segment WHERE topic_id = $1 AND starts IS NOT NULL ORDER BY id
