-- Also the lock that lets one change of an account's configuration happen at a time.
UPDATE account SET revision = revision + 1 WHERE id = $1 RETURNING revision
