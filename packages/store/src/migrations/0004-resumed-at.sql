-- When its deliveries were last let go on. The time in which nobody tried does not count towards their age limit.
ALTER TABLE subscription ADD COLUMN resumed_at timestamptz;
ALTER TABLE connection ADD COLUMN resumed_at timestamptz;
