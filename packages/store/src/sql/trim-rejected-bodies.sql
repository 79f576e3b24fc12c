-- $1 sources, $2 how many of each are kept.
DELETE FROM rejected_body r
USING (
  SELECT source_id, (
    SELECT id FROM rejected_body k WHERE k.source_id = s.source_id ORDER BY id DESC OFFSET $2::integer - 1 LIMIT 1
  ) AS oldest_kept
  FROM unnest($1::uuid[]) AS s (source_id)
) ring
WHERE r.source_id = ring.source_id AND r.id < ring.oldest_kept
