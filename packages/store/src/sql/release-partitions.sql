-- The last act of a dispatcher that stops politely.
WITH released AS (
  UPDATE partition_owner SET dispatcher_id = NULL WHERE dispatcher_id = $1
)
DELETE FROM dispatcher WHERE id = $1
