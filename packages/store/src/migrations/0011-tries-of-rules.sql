-- A rule is tried for real before anybody relies on it.

-- Made for one subscription alone: no other one is judged by it.
ALTER TABLE event ADD COLUMN only_for uuid;

-- A draft that is tried is a subscription (and perhaps a connection) that nobody sees, until this time.
ALTER TABLE subscription ADD COLUMN trial_until timestamptz;
ALTER TABLE connection ADD COLUMN trial_until timestamptz;
CREATE INDEX subscription_trials ON subscription (trial_until) WHERE trial_until IS NOT NULL;
CREATE INDEX connection_trials ON connection (trial_until) WHERE trial_until IS NOT NULL;
