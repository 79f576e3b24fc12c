-- Where a member's pid means something (NULL: nowhere), so that one that was killed is put out without waiting for
-- its session to end.
ALTER TABLE bus.member ADD COLUMN pid integer, ADD COLUMN machine text;
