-- Sealed values that another key than $1 sealed: the next $4 after the row $2 in $3. A value names its key after two
-- bytes. A connection and its token have one id.
SELECT place, id, sealed
FROM (
  SELECT 'connection' AS place, id, secrets_sealed AS sealed FROM connection WHERE secrets_sealed IS NOT NULL
  UNION ALL
  SELECT 'source', id, token_sealed FROM source WHERE token_sealed IS NOT NULL
  UNION ALL
  SELECT 'token', connection_id, token_sealed FROM connection_token
  UNION ALL
  SELECT 'authorization', id, verifier_sealed FROM oauth_state
) each
WHERE (id, place) > ($2, $3::text) AND substring(sealed FROM 3 FOR get_byte(sealed, 1)) <> convert_to($1, 'UTF8')
ORDER BY id, place
LIMIT $4
