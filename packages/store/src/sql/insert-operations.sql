-- $1 operations events as JSON, written with what caused them.
INSERT INTO operations_outbox (id, account_id, partition, type, subject, data)
SELECT id, account_id, partition, type, subject, data
FROM json_to_recordset($1) AS o (id uuid, account_id uuid, partition smallint, type text, subject text, data jsonb)
