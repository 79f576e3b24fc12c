-- What the delivery core keeps: paused targets, limits, the health of a target, operations events on their way.
--
-- Every column is nullable or has a default, so that the version before goes on writing beside this one.

-- A pause keeps the deliveries: events go on matching, and what they make waits. It is one row here, never a
-- write per waiting delivery. `paused_reason` is a code: `paused` (a person did), `gone`, `misconfigured`, `failing`, …
ALTER TABLE subscription
  ADD COLUMN paused_at timestamptz,
  ADD COLUMN paused_reason text,
  ADD COLUMN paused_detail text,
  -- Set at a resume, until the dispatcher has dealt with what waited by then:
  -- `all` sends it (at `catch_up_per_second`), the others skip what they do not keep.
  ADD COLUMN catch_up text CHECK (catch_up IN ('all', 'latest-per-subject', 'none')),
  ADD COLUMN catch_up_before timestamptz,
  ADD COLUMN catch_up_per_second float8;

ALTER TABLE connection
  ADD COLUMN paused_at timestamptz,
  ADD COLUMN paused_reason text,
  ADD COLUMN paused_detail text;

ALTER TABLE subscription_version
  -- Sends at a time, and per second; NULL is what the installation allows.
  ADD COLUMN concurrency integer,
  ADD COLUMN per_second float8;

-- The input of a delivery that was edited before it was sent again; NULL is its subscription version's.
ALTER TABLE delivery ADD COLUMN input json;
ALTER TABLE queue ADD COLUMN input json;

-- How a subscription's target does, kept so that an open breaker stays open over a restart. No row: it does well.
CREATE TABLE target_health (
  subscription_id uuid PRIMARY KEY REFERENCES subscription ON DELETE CASCADE,
  account_id uuid NOT NULL,
  -- The partition of the account: whoever takes it over reads these.
  partition smallint NOT NULL,
  breaker text NOT NULL CHECK (breaker IN ('closed', 'open', 'half_open')),
  -- Since when nothing has come through.
  failing_since timestamptz NOT NULL,
  opened_at timestamptz,
  -- When the open breaker lets the next one try.
  probe_at timestamptz,
  -- The last failure, for people.
  reason text,
  -- The breaker as `packages/delivery` writes it down.
  snapshot jsonb NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 70);
CREATE INDEX target_health_of_partition ON target_health (partition);

-- Operations events, written with the outcome that caused them and relayed to the topic `stellwerk.operations`.
CREATE TABLE operations_outbox (
  -- The event's id: relayed twice, it is one event.
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  type text NOT NULL,
  subject text,
  time timestamptz NOT NULL DEFAULT now(),
  data jsonb NOT NULL
);
CREATE INDEX operations_outbox_of_partition ON operations_outbox (partition, id);

-- How far the operations topic is routed; its partitions are those of the events topic.
ALTER TABLE partition_routed ADD COLUMN next_operations_offset bigint NOT NULL DEFAULT 0;

-- An operations event has no source.
ALTER TABLE event ALTER COLUMN source_id DROP NOT NULL;
