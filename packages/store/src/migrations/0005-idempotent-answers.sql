-- What was answered to a request that made no single thing: a repeat with its key is answered the same.
ALTER TABLE idempotency ADD COLUMN answer json;
