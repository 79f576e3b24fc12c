-- Those that are still as they were read: a token that was rotated meanwhile is sealed anew.
UPDATE source s
SET token_sealed = r.resealed
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (id, sealed, resealed)
WHERE s.id = r.id AND s.token_sealed = r.sealed
RETURNING s.id
