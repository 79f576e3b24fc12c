UPDATE oauth_state s
SET verifier_sealed = r.resealed
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS r (id, sealed, resealed)
WHERE s.id = r.id AND s.verifier_sealed = r.sealed
RETURNING s.id
