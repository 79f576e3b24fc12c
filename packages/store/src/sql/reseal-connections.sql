-- Those that are still as they were read: who changed one meanwhile has sealed it anew.
UPDATE connection c
SET secrets_sealed = r.resealed
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (id, sealed, resealed)
WHERE c.id = r.id AND c.secrets_sealed = r.sealed
RETURNING c.id
