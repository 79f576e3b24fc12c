-- Deleted ones, too: an event that came from one is still judged by it.
SELECT id, name, key, manager_url AS "managerUrl" FROM source WHERE account_id = $1 AND id = $2
