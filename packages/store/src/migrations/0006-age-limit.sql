-- Milliseconds after which a delivery is not tried again, whatever its schedule says; NULL: the schedule decides.
ALTER TABLE subscription_version ADD COLUMN max_age_ms bigint;
