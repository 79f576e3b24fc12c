SELECT id FROM source WHERE account_id = $1 LIMIT 1
