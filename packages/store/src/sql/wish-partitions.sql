-- What this dispatcher ($1) wants: $2 is what the bus has just given it, whoever wanted it before; of $3, all that it
-- has, only what nobody alive wants; nothing else any more.
-- Whoever works on a partition holds its row FOR KEY SHARE, which a wish leaves alone: neither waits for the other.
UPDATE partition_owner o
SET wanted_by = CASE WHEN o.partition = ANY ($3::smallint[]) THEN $1::uuid END
WHERE
  CASE
    WHEN NOT o.partition = ANY ($3) THEN o.wanted_by = $1
    WHEN o.partition = ANY ($2::smallint[]) THEN o.wanted_by IS DISTINCT FROM $1
    ELSE
      o.wanted_by IS NULL
      OR (o.wanted_by <> $1 AND NOT EXISTS (SELECT FROM dispatcher d WHERE d.id = o.wanted_by))
  END
RETURNING o.partition
