-- Written by schema.test.ts from the migrated database; change a migration, not this file.

CREATE TABLE account (
  id uuid NOT NULL,
  name text NOT NULL,
  revision bigint NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT account_pkey PRIMARY KEY (id)
);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE api_key (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL,
  scopes text[] NOT NULL,
  key_hash bytea NOT NULL,
  hint text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  revoked_at timestamp with time zone,
  CONSTRAINT api_key_pkey PRIMARY KEY (id),
  CONSTRAINT api_key_key_hash_key UNIQUE (key_hash),
  CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX api_key_list ON api_key USING btree (account_id, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE attempt (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  number integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  duration_ms integer NOT NULL,
  outcome text NOT NULL,
  reason text,
  detail text,
  request json,
  reply_status integer,
  reply_headers json,
  reply_body bytea,
  CONSTRAINT attempt_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX attempt_of_delivery ON attempt USING btree (delivery_id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE attempt_default PARTITION OF attempt DEFAULT;

CREATE TABLE connection (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  connector text NOT NULL,
  name text NOT NULL,
  settings jsonb NOT NULL,
  secrets_sealed bytea,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  paused_at timestamp with time zone,
  paused_reason text,
  paused_detail text,
  resumed_at timestamp with time zone,
  trial_until timestamp with time zone,
  CONSTRAINT connection_pkey PRIMARY KEY (id),
  CONSTRAINT connection_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX connection_list ON connection USING btree (account_id, id);
CREATE INDEX connection_trials ON connection USING btree (trial_until) WHERE trial_until IS NOT NULL;
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE connection_token (
  connection_id uuid NOT NULL,
  account_id uuid NOT NULL,
  version bigint NOT NULL,
  token_sealed bytea NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT connection_token_pkey PRIMARY KEY (connection_id),
  CONSTRAINT connection_token_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  CONSTRAINT connection_token_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id)
);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE delivery (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  event_id uuid NOT NULL,
  subscription_id uuid NOT NULL,
  subscription_version integer NOT NULL,
  connection_id uuid NOT NULL,
  key uuid NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  state text,
  reason text,
  detail text,
  attempts integer NOT NULL DEFAULT 0,
  possibly_sent boolean NOT NULL DEFAULT false,
  finished_at timestamp with time zone,
  input json,
  CONSTRAINT delivery_pkey PRIMARY KEY (id),
  CONSTRAINT delivery_state_check CHECK (state = ANY (ARRAY['delivered'::text, 'skipped'::text, 'dead'::text, 'expired'::text]))
) PARTITION BY RANGE (id);
CREATE INDEX delivery_list ON delivery USING btree (account_id, id);
CREATE INDEX delivery_of_event ON delivery USING btree (event_id);
CREATE INDEX delivery_of_subscription ON delivery USING btree (subscription_id, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE delivery_default PARTITION OF delivery DEFAULT
WITH (fillfactor=45);

CREATE TABLE dispatcher (
  id uuid NOT NULL,
  started_at timestamp with time zone NOT NULL DEFAULT now(),
  heartbeat_at timestamp with time zone NOT NULL DEFAULT now(),
  host text NOT NULL,
  pid integer NOT NULL,
  machine text,
  CONSTRAINT dispatcher_pkey PRIMARY KEY (id)
);

CREATE TABLE event (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  source_id uuid,
  type text NOT NULL,
  subject text,
  "time" timestamp with time zone NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  content_type text NOT NULL,
  title text,
  domain text,
  revision bigint NOT NULL,
  traceparent text,
  body bytea NOT NULL,
  only_for uuid,
  gap_from text,
  gap_to text,
  CONSTRAINT event_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX event_by_domain ON event USING btree (account_id, lower(domain) text_pattern_ops, id) WHERE domain IS NOT NULL;
CREATE INDEX event_by_subject ON event USING btree (account_id, subject, id) WHERE subject IS NOT NULL;
CREATE INDEX event_by_title ON event USING btree (account_id, lower(title) text_pattern_ops, id) WHERE title IS NOT NULL;
CREATE INDEX event_list ON event USING btree (account_id, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE event_default PARTITION OF event DEFAULT;

CREATE TABLE idempotency (
  account_id uuid NOT NULL,
  route text NOT NULL,
  key_hash bytea NOT NULL,
  body_hash bytea NOT NULL,
  resource_id uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  answer json,
  CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, route, key_hash)
);
CREATE INDEX idempotency_expiry ON idempotency USING btree (expires_at);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE installation (
  singleton boolean NOT NULL DEFAULT true,
  partitions smallint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT installation_pkey PRIMARY KEY (singleton),
  CONSTRAINT installation_partitions_check CHECK (partitions >= 1 AND partitions <= 1024),
  CONSTRAINT installation_singleton_check CHECK (singleton)
);

CREATE TABLE migration (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT migration_pkey PRIMARY KEY (number)
);

CREATE TABLE oauth_state (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  state_hash bytea NOT NULL,
  verifier_sealed bytea NOT NULL,
  redirect_uri text NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT oauth_state_pkey PRIMARY KEY (id),
  CONSTRAINT oauth_state_state_hash_key UNIQUE (state_hash),
  CONSTRAINT oauth_state_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  CONSTRAINT oauth_state_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id)
);
CREATE INDEX oauth_state_expiry ON oauth_state USING btree (expires_at);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE operations_outbox (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  type text NOT NULL,
  subject text,
  "time" timestamp with time zone NOT NULL DEFAULT now(),
  data jsonb NOT NULL,
  CONSTRAINT operations_outbox_pkey PRIMARY KEY (id)
);
CREATE INDEX operations_outbox_of_partition ON operations_outbox USING btree (partition, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE partition_owner (
  partition smallint NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  dispatcher_id uuid,
  wanted_by uuid,
  clean_epoch bigint,
  CONSTRAINT partition_owner_pkey PRIMARY KEY (partition)
);

CREATE TABLE partition_routed (
  partition smallint NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  last_seq bigint NOT NULL DEFAULT 0,
  next_operations_offset bigint NOT NULL DEFAULT 0,
  CONSTRAINT partition_routed_pkey PRIMARY KEY (partition)
);

CREATE TABLE queue (
  delivery_id uuid NOT NULL,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  seq bigint NOT NULL,
  subscription_id uuid NOT NULL,
  subscription_version integer NOT NULL,
  event_id uuid NOT NULL,
  key uuid NOT NULL,
  due_at timestamp with time zone NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  claimed_epoch bigint,
  started_at timestamp with time zone,
  possibly_sent boolean NOT NULL DEFAULT false,
  held boolean NOT NULL DEFAULT false,
  reason text,
  detail text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  input json,
  order_key uuid,
  behind boolean NOT NULL DEFAULT false,
  settle_until timestamp with time zone,
  marks_start boolean NOT NULL DEFAULT false,
  CONSTRAINT queue_pkey PRIMARY KEY (delivery_id)
)
WITH (fillfactor=45, autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=500, autovacuum_vacuum_cost_delay=0, autovacuum_analyze_scale_factor=0.1, vacuum_truncate=false);
CREATE INDEX queue_lane ON queue USING btree (partition, subscription_id, due_at, seq);
CREATE INDEX queue_list ON queue USING btree (account_id, delivery_id);
CREATE INDEX queue_order ON queue USING btree (partition, order_key, seq) WHERE order_key IS NOT NULL;
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE rejected_body (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  source_id uuid NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  content_type text,
  reason text NOT NULL,
  detail text NOT NULL,
  size_bytes integer NOT NULL,
  body bytea NOT NULL,
  CONSTRAINT rejected_body_pkey PRIMARY KEY (id),
  CONSTRAINT rejected_body_source_id_fkey FOREIGN KEY (source_id) REFERENCES source(id) ON DELETE CASCADE
);
CREATE INDEX rejected_body_list ON rejected_body USING btree (source_id, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE remembered (
  connection_id uuid NOT NULL,
  account_id uuid NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  value jsonb NOT NULL,
  used_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT remembered_pkey PRIMARY KEY (connection_id, subject, name),
  CONSTRAINT remembered_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  CONSTRAINT remembered_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id)
);
CREATE INDEX remembered_use ON remembered USING btree (used_at);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE source (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  key text NOT NULL,
  manager_url text,
  token_hash bytea,
  token_sealed bytea,
  previous_token_hash bytea,
  previous_token_until timestamp with time zone,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  CONSTRAINT source_pkey PRIMARY KEY (id),
  CONSTRAINT source_account_id_key_key UNIQUE (account_id, key),
  CONSTRAINT source_previous_token_hash_key UNIQUE (previous_token_hash),
  CONSTRAINT source_token_hash_key UNIQUE (token_hash),
  CONSTRAINT source_kind_check CHECK (kind = ANY (ARRAY['sitejet'::text, 'form'::text, 'api'::text, 'sandbox'::text])),
  CONSTRAINT source_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX source_list ON source USING btree (account_id, id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE source_activity (
  source_id uuid NOT NULL,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  last_event_at timestamp with time zone NOT NULL DEFAULT now(),
  events bigint NOT NULL,
  days integer NOT NULL DEFAULT 1,
  longest_gap interval NOT NULL DEFAULT '00:00:00'::interval,
  silent_since timestamp with time zone,
  CONSTRAINT source_activity_pkey PRIMARY KEY (source_id)
)
WITH (fillfactor=50);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE subject (
  account_id uuid NOT NULL,
  subject text NOT NULL,
  partition smallint NOT NULL,
  event_id uuid NOT NULL,
  heard_at timestamp with time zone NOT NULL DEFAULT now(),
  status text,
  status_key text,
  changes jsonb NOT NULL DEFAULT '[]'::jsonb,
  CONSTRAINT subject_pkey PRIMARY KEY (account_id, subject)
)
WITH (fillfactor=60, autovacuum_vacuum_scale_factor=0.05);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE subscription (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  connection_id uuid NOT NULL,
  name text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  deleted_at timestamp with time zone,
  paused_at timestamp with time zone,
  paused_reason text,
  paused_detail text,
  catch_up text,
  catch_up_before timestamp with time zone,
  catch_up_per_second double precision,
  resumed_at timestamp with time zone,
  trial_until timestamp with time zone,
  CONSTRAINT subscription_pkey PRIMARY KEY (id),
  CONSTRAINT subscription_catch_up_check CHECK (catch_up = ANY (ARRAY['all'::text, 'latest-per-subject'::text, 'none'::text])),
  CONSTRAINT subscription_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
  CONSTRAINT subscription_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id)
);
CREATE INDEX subscription_list ON subscription USING btree (account_id, id);
CREATE INDEX subscription_of_connection ON subscription USING btree (connection_id);
CREATE INDEX subscription_trials ON subscription USING btree (trial_until) WHERE trial_until IS NOT NULL;
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE subscription_version (
  subscription_id uuid NOT NULL,
  version integer NOT NULL,
  account_id uuid NOT NULL,
  revision bigint NOT NULL,
  enabled boolean NOT NULL,
  deleted boolean NOT NULL DEFAULT false,
  connection_id uuid NOT NULL,
  event_types text[] NOT NULL,
  action text NOT NULL,
  input jsonb NOT NULL,
  retry_schedule_ms integer[],
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  concurrency integer,
  per_second double precision,
  max_age_ms bigint,
  ordered boolean NOT NULL DEFAULT false,
  on_rejected text NOT NULL DEFAULT 'skip'::text,
  settle_ms bigint,
  condition jsonb,
  CONSTRAINT subscription_version_pkey PRIMARY KEY (subscription_id, version),
  CONSTRAINT subscription_version_on_rejected_check CHECK (on_rejected = ANY (ARRAY['skip'::text, 'block'::text])),
  CONSTRAINT subscription_version_settle_ms_check CHECK (settle_ms > 0),
  CONSTRAINT subscription_version_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(id)
);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE target_health (
  subscription_id uuid NOT NULL,
  account_id uuid NOT NULL,
  partition smallint NOT NULL,
  breaker text NOT NULL,
  failing_since timestamp with time zone NOT NULL,
  opened_at timestamp with time zone,
  probe_at timestamp with time zone,
  reason text,
  snapshot jsonb NOT NULL,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT target_health_pkey PRIMARY KEY (subscription_id),
  CONSTRAINT target_health_breaker_check CHECK (breaker = ANY (ARRAY['closed'::text, 'open'::text, 'half_open'::text])),
  CONSTRAINT target_health_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES subscription(id) ON DELETE CASCADE
)
WITH (fillfactor=70);
CREATE INDEX target_health_of_partition ON target_health USING btree (partition);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))

CREATE TABLE undelivered (
  delivery_id uuid NOT NULL,
  account_id uuid NOT NULL,
  state text NOT NULL,
  CONSTRAINT undelivered_pkey PRIMARY KEY (delivery_id),
  CONSTRAINT undelivered_state_check CHECK (state = ANY (ARRAY['skipped'::text, 'dead'::text, 'expired'::text]))
);
CREATE INDEX undelivered_list ON undelivered USING btree (account_id, state, delivery_id);
-- POLICY every_account TO stellwerk_dispatcher USING (true)
-- POLICY own_account TO stellwerk_api USING ((account_id = (NULLIF(current_setting('stellwerk.account'::text, true), ''::text))::uuid))
