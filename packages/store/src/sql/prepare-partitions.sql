WITH owners AS (
  INSERT INTO partition_owner (partition)
  SELECT generate_series(0, $1::integer - 1) ON CONFLICT DO NOTHING
)
INSERT INTO partition_routed (partition)
SELECT generate_series(0, $1::integer - 1) ON CONFLICT DO NOTHING
