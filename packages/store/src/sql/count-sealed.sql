-- How many sealed values there are by place and key.
SELECT place, encode(substring(sealed FROM 3 FOR get_byte(sealed, 1)), 'escape') AS "keyId", count(*)::integer AS count
FROM (
  SELECT 'connection' AS place, secrets_sealed AS sealed FROM connection WHERE secrets_sealed IS NOT NULL
  UNION ALL
  SELECT 'source', token_sealed FROM source WHERE token_sealed IS NOT NULL
  UNION ALL
  SELECT 'token', token_sealed FROM connection_token
  UNION ALL
  SELECT 'authorization', verifier_sealed FROM oauth_state
) each
GROUP BY 1, 2
ORDER BY 1, 2
