-- A key stays taken when its source is deleted: it stands in business keys that were given out.
SELECT id, deleted_at IS NOT NULL AS deleted FROM source WHERE account_id = $1 AND key = $2
