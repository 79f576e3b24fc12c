DELETE FROM operations_outbox WHERE id = ANY ($1::uuid[])
