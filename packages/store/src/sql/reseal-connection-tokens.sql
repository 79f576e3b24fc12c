-- Those that are still as they were read: who refreshed one meanwhile has sealed it anew.
UPDATE connection_token t
SET token_sealed = r.resealed
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (id, sealed, resealed)
WHERE t.connection_id = r.id AND t.token_sealed = r.sealed
RETURNING t.connection_id
