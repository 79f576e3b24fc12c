-- `when`: which events of its types a subscription wants; NULL: all of them. Checked and compiled by packages/rules.
ALTER TABLE subscription_version ADD COLUMN condition jsonb;
