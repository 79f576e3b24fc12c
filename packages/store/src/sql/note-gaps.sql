-- $1 events, $2 the last status seen of their subjects, $3 their previousStatus.
UPDATE event e
SET gap_from = g.gap_from, gap_to = g.gap_to
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS g (id, gap_from, gap_to)
WHERE e.id = g.id AND e.id = ANY ($1)
