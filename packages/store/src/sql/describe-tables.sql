-- The tables of our schema, from the catalogue. A partition shows only what it does not have from its
-- parent; the ones that are made and dropped by the week are left out.
SELECT
  c.relname AS name,
  (
    SELECT array_agg(
      concat_ws(
        ' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        CASE WHEN a.attnotnull THEN 'NOT NULL' END,
        'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid),
        CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || a.attstorage::text END,
        CASE a.attcompression WHEN 'l' THEN 'COMPRESSION lz4' WHEN 'p' THEN 'COMPRESSION pglz' END
      )
      ORDER BY a.attnum
    )
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns,
  (
    SELECT coalesce(
      array_agg(
        'CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid, true)
        ORDER BY strpos('pucf', k.contype::text), k.conname
      ),
      '{}'
    )
    FROM pg_constraint k
    WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'f')
  ) AS constraints,
  (
    SELECT coalesce(array_agg(replace(pg_get_indexdef(i.indexrelid, 0, true), ' ON ONLY ', ' ON ') ORDER BY x.relname), '{}')
    FROM pg_index i
    JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
  ) AS indexes,
  (
    SELECT coalesce(
      array_agg(
        concat(
          'POLICY ', p.polname, ' TO ', array_to_string(p.polroles::regrole[], ', '), ' USING (',
          pg_get_expr(p.polqual, p.polrelid), ')'
        )
        ORDER BY p.polname
      ),
      '{}'
    )
    FROM pg_policy p
    WHERE p.polrelid = c.oid AND c.relrowsecurity
  ) AS policies,
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
  h.inhparent::regclass::text AS parent,
  pg_get_expr(c.relpartbound, c.oid) AS bound,
  array_to_string(c.reloptions, ', ') AS options
FROM pg_class c
LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace
  AND c.relkind IN ('r', 'p')
  AND (h.inhparent IS NULL OR pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT')
ORDER BY c.relname
