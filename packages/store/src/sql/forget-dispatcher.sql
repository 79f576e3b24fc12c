-- The last act of one that stops.
DELETE FROM dispatcher WHERE id = $1
