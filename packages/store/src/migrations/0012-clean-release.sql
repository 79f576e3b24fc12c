-- The epoch whose owner has said that it left nothing claimed: whoever comes next need not look for claims of older
-- epochs, which reads the whole backlog. Versions before this one do not say it, and are looked after.
ALTER TABLE partition_owner ADD COLUMN clean_epoch bigint;
