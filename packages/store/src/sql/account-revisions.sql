SELECT id, revision FROM account WHERE id = ANY ($1::uuid[])
