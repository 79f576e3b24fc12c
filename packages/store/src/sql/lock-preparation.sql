SELECT pg_advisory_xact_lock(hashtext('stellwerk.prepare-installation'))
