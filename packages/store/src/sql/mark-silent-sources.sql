-- Sources that spoke on several days ($1) and have been silent for longer than a floor ($2 ms) and $3 times their longest
-- gap so far. Marked, so that each silence is told once, whoever looks; what a router is just hearing is left alone.
WITH silent AS (
  SELECT a.source_id, s.name, s.kind
  FROM source_activity a
  JOIN source s ON s.id = a.source_id AND s.account_id = a.account_id
  WHERE
    a.silent_since IS NULL AND a.days >= $1
    AND a.last_event_at < now() - greatest($2 * interval '1 millisecond', $3 * a.longest_gap)
    AND s.deleted_at IS NULL AND s.kind <> 'sandbox'
  FOR UPDATE OF a SKIP LOCKED
)
UPDATE source_activity a
SET silent_since = a.last_event_at
FROM silent
WHERE a.source_id = silent.source_id
RETURNING
  a.source_id AS "sourceId", a.account_id AS "accountId", a.partition, silent.name, silent.kind,
  a.last_event_at AS "lastEventAt", (extract(epoch FROM a.longest_gap) * 1000)::float8 AS "longestGapMs"
