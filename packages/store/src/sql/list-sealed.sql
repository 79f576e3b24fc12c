-- Sealed values that another key than $1 sealed: the next $3 after the row $2. A value names its key after two bytes.
SELECT place, id, sealed
FROM (
  SELECT 'connection' AS place, id, secrets_sealed AS sealed FROM connection WHERE secrets_sealed IS NOT NULL
  UNION ALL
  SELECT 'source', id, token_sealed FROM source WHERE token_sealed IS NOT NULL
) each
WHERE id > $2 AND substring(sealed FROM 3 FOR get_byte(sealed, 1)) <> convert_to($1, 'UTF8')
ORDER BY id
LIMIT $3
