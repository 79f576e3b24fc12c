-- Configuration, the event log, deliveries and who may send them.
--
-- Ids are UUIDv7 and so sort by time; the three big tables are range-partitioned
-- by them, which keeps the primary key unique over all partitions and lets
-- retention drop whole partitions. Weeks are made ahead (table-partitions.ts) with
-- the storage options of the default partition, which takes what nobody made room
-- for. No foreign keys on the big tables: a check per row on the hot path buys
-- nothing there, because one statement writes parent and child.

CREATE TABLE installation (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  -- Shares of the bus and of the deliveries; fixed at the first start.
  partitions smallint NOT NULL CHECK (partitions BETWEEN 1 AND 1024),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE account (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  -- Rises with every change of this account's configuration. The router compares
  -- it in its own transaction, so a rule saved just before an event is not missed.
  revision bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  name text NOT NULL,
  scopes text[] NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  -- The first characters, so that a person can tell keys apart.
  hint text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
CREATE INDEX api_key_list ON api_key (account_id, id);

CREATE TABLE source (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('sitejet', 'form', 'api', 'sandbox')),
  -- Short, stands in default business keys: "{source.key}-{website.id}".
  key text NOT NULL,
  manager_url text,
  token_hash bytea UNIQUE,
  token_sealed bytea,
  -- The token before a rotation keeps working until then.
  previous_token_hash bytea UNIQUE,
  previous_token_until timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz,
  UNIQUE (account_id, key)
);
CREATE INDEX source_list ON source (account_id, id);

-- A small ring per source: bodies that were refused, newest 100.
CREATE TABLE rejected_body (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  source_id uuid NOT NULL REFERENCES source ON DELETE CASCADE,
  received_at timestamptz NOT NULL DEFAULT now(),
  content_type text,
  reason text NOT NULL,
  detail text NOT NULL,
  size_bytes integer NOT NULL,
  -- At most the first 64 KiB.
  body bytea NOT NULL
);
CREATE INDEX rejected_body_list ON rejected_body (source_id, id);

CREATE TABLE connection (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  connector text NOT NULL,
  name text NOT NULL,
  settings jsonb NOT NULL,
  secrets_sealed bytea,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX connection_list ON connection (account_id, id);

CREATE TABLE subscription (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account,
  connection_id uuid NOT NULL REFERENCES connection,
  name text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
);
CREATE INDEX subscription_list ON subscription (account_id, id);
-- Who uses this connection? Asked before it is deleted, and by the inbox.
CREATE INDEX subscription_of_connection ON subscription (connection_id);

-- Every version is kept: a delivery runs with the version that matched, and
-- "why did this not run?" is answered from what was in force at that revision.
CREATE TABLE subscription_version (
  subscription_id uuid NOT NULL REFERENCES subscription,
  version integer NOT NULL,
  account_id uuid NOT NULL,
  -- The account's revision that made this version current.
  revision bigint NOT NULL,
  enabled boolean NOT NULL,
  deleted boolean NOT NULL DEFAULT false,
  connection_id uuid NOT NULL,
  event_types text[] NOT NULL,
  action text NOT NULL,
  input jsonb NOT NULL,
  -- Milliseconds before each retry; NULL is the default schedule.
  retry_schedule_ms integer[],
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (subscription_id, version)
);

CREATE TABLE idempotency (
  account_id uuid NOT NULL,
  route text NOT NULL,
  key_hash bytea NOT NULL,
  body_hash bytea NOT NULL,
  resource_id uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (account_id, route, key_hash)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);

-- ---------------------------------------------------------------- the event log

CREATE TABLE event (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  source_id uuid NOT NULL,
  type text NOT NULL,
  subject text,
  time timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  content_type text NOT NULL,
  title text,
  domain text,
  -- The account's configuration revision this event was routed with.
  revision bigint NOT NULL,
  traceparent text,
  -- The received bytes, unchanged. Compressed by PostgreSQL when the row is over 2 kB, with what the
  -- server's `default_toast_compression` says: lz4 is cheaper than pglz, but not every server has it.
  body bytea NOT NULL
) PARTITION BY RANGE (id);
CREATE TABLE event_default PARTITION OF event DEFAULT;
-- Log, newest first; other filters walk it.
CREATE INDEX event_list ON event (account_id, id);
-- `subject=`: everything about one website.
CREATE INDEX event_by_subject ON event (account_id, subject, id) WHERE subject IS NOT NULL;
-- `q=`: prefix of title or domain.
CREATE INDEX event_by_title ON event (account_id, lower(title) text_pattern_ops, id) WHERE title IS NOT NULL;
CREATE INDEX event_by_domain ON event (account_id, lower(domain) text_pattern_ops, id) WHERE domain IS NOT NULL;

CREATE TABLE delivery (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  subscription_version integer NOT NULL,
  connection_id uuid NOT NULL,
  -- The first delivery's id: what the target sees as `webhook-id`.
  key uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  -- Everything below is written at the outcome and is in no index, so that the
  -- write is a heap-only update. NULL while a `queue` row exists.
  state text CHECK (state IN ('delivered', 'skipped', 'dead', 'expired')),
  reason text,
  detail text,
  attempts integer NOT NULL DEFAULT 0,
  -- A send of this delivery may have reached its target more than once.
  possibly_sent boolean NOT NULL DEFAULT false,
  finished_at timestamptz
) PARTITION BY RANGE (id);
-- Every row is written twice, and a batch of neighbours at once: its second version has to fit on the same page.
-- Heap-only outcomes, measured: 16 % at fillfactor 85, 39 % at 70, 78 % at 50, all at 45 (and a third less WAL).
CREATE TABLE delivery_default PARTITION OF delivery DEFAULT WITH (fillfactor = 45);
-- Log, newest first.
CREATE INDEX delivery_list ON delivery (account_id, id);
-- "What became of this event?"
CREATE INDEX delivery_of_event ON delivery (event_id);
-- `subscription=` in the log, and the inbox.
CREATE INDEX delivery_of_subscription ON delivery (subscription_id, id);

-- What ended other than delivered, so that `state=dead` finds its few rows
-- without an index on the column that every outcome writes.
CREATE TABLE undelivered (
  delivery_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('skipped', 'dead', 'expired'))
);
CREATE INDEX undelivered_list ON undelivered (account_id, state, delivery_id);

CREATE TABLE attempt (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  number integer NOT NULL,
  started_at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  outcome text NOT NULL,
  reason text,
  detail text,
  -- `json`: kept for reading only, so the text is stored as it is instead of being taken apart.
  request json,
  reply_status integer,
  reply_headers json,
  -- At most 16 KiB.
  reply_body bytea
) PARTITION BY RANGE (id);
CREATE TABLE attempt_default PARTITION OF attempt DEFAULT;
CREATE INDEX attempt_of_delivery ON attempt (delivery_id);

-- ------------------------------------------------- what is still to be delivered

-- One row per delivery that is not final; deleted when it is. All churn is here.
CREATE TABLE queue (
  delivery_id uuid PRIMARY KEY,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  -- Bus order within the partition; a requested delivery joins at the tail.
  seq bigint NOT NULL,
  subscription_id uuid NOT NULL,
  subscription_version integer NOT NULL,
  event_id uuid NOT NULL,
  key uuid NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- Set while a dispatcher has it; at a takeover, rows of older epochs wait again.
  claimed_epoch bigint,
  -- Set right before the call of an action that cannot simply be repeated.
  started_at timestamptz,
  possibly_sent boolean NOT NULL DEFAULT false,
  -- Waits for a person or for its target to be mended; see `reason`.
  held boolean NOT NULL DEFAULT false,
  -- Why it is waiting: the last attempt's reason.
  reason text,
  detail text,
  -- When it was first attempted, for the age limit.
  created_at timestamptz NOT NULL DEFAULT now()
) WITH (
  -- A claim takes neighbours together, and their second versions have to fit beside them: at 70 not half of them did.
  fillfactor = 45,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0,
  autovacuum_analyze_scale_factor = 0.1,
  -- It is empty again and again; giving the pages back each time would lock the table.
  vacuum_truncate = false
);
-- The claim: per lane, in due order. `claimed_epoch` is in no index, so a claim is a heap-only update.
CREATE INDEX queue_lane ON queue (partition, subscription_id, due_at);
-- `state=queued` in the log.
CREATE INDEX queue_list ON queue (account_id, delivery_id);

-- ------------------------------------------------------------------- ownership

-- One heartbeat row per dispatcher process; the database's clock counts.
CREATE TABLE dispatcher (
  id uuid PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT now(),
  host text NOT NULL,
  pid integer NOT NULL
);

-- Who may claim, mark and record for a partition. Every write of a dispatcher
-- names (partition, epoch) and locks this row; a takeover raises the epoch.
CREATE TABLE partition_owner (
  partition smallint PRIMARY KEY,
  epoch bigint NOT NULL DEFAULT 0,
  dispatcher_id uuid
);

-- How far each partition of the events topic is routed, and the last queue order given out.
CREATE TABLE partition_routed (
  partition smallint PRIMARY KEY,
  -- The next bus offset to route.
  next_offset bigint NOT NULL DEFAULT 0,
  last_seq bigint NOT NULL DEFAULT 0
);
