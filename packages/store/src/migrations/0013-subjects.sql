-- What was last heard of each subject of an account's sources. changes: its last status changes in bus order, the
-- oldest first, as {id, status, was}. status_key is the status whatever its language. No index but the key, so that
-- every update is heap-only.
CREATE TABLE subject (
  account_id uuid NOT NULL,
  subject text NOT NULL,
  partition smallint NOT NULL,
  -- The newest one about it.
  event_id uuid NOT NULL,
  -- When it was routed, by this clock: those of the senders may be an hour off.
  heard_at timestamptz NOT NULL DEFAULT now(),
  status text,
  status_key text,
  changes jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (account_id, subject)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

-- How often a source speaks, so that its silence can be told from its habit. A silence that was told of
-- (silent_since) is no habit: longest_gap leaves it out.
CREATE TABLE source_activity (
  source_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  last_event_at timestamptz NOT NULL DEFAULT now(),
  events bigint NOT NULL,
  -- Days, by UTC, with an event.
  days integer NOT NULL DEFAULT 1,
  longest_gap interval NOT NULL DEFAULT '0',
  silent_since timestamptz
) WITH (fillfactor = 50);

-- previousStatus was gap_to, but the last status seen of its subject was gap_from: something never came.
ALTER TABLE event ADD COLUMN gap_from text, ADD COLUMN gap_to text;
