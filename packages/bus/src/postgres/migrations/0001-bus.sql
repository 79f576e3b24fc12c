-- The bus on PostgreSQL. A topic's records lie in segments, one table each, so that
-- what is consumed or expired is dropped whole: no dead rows, no vacuum, no bloat.

CREATE TABLE bus.topic (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 1024),
  retention_ms bigint NOT NULL,
  -- False for dead topics: reading what people should see must not remove it.
  drop_consumed boolean NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE bus.segment (
  -- Its table is bus.record_<id>.
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic_id integer NOT NULL REFERENCES bus.topic,
  -- Per partition its first offset; the segment ends where the topic's next one starts. NULL: not in use yet.
  starts bigint[],
  opened_at timestamptz NOT NULL DEFAULT now(),
  -- All its records are older than this.
  closed_at timestamptz
);
CREATE INDEX segment_of_topic ON bus.segment (topic_id, id);

-- The row lock on a partition, held to commit, is what gives out offsets in the order
-- in which they become visible: a reader that sees offset 7 sees every one below it.
CREATE TABLE bus.partition (
  topic_id integer NOT NULL REFERENCES bus.topic,
  partition integer NOT NULL,
  next_offset bigint NOT NULL DEFAULT 0,
  -- Where the next record goes.
  segment_id bigint NOT NULL,
  PRIMARY KEY (topic_id, partition)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE bus.record (
  segment_id bigint NOT NULL,
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT statement_timestamp(),
  -- Key and headers, see record-head.ts.
  head bytea NOT NULL,
  value bytea NOT NULL
) PARTITION BY LIST (segment_id);
-- Compressing what lives for minutes costs more than it saves.
ALTER TABLE bus.record ALTER COLUMN head SET STORAGE EXTERNAL, ALTER COLUMN value SET STORAGE EXTERNAL;

CREATE TABLE bus.consumer_group (
  name text PRIMARY KEY
);

CREATE TABLE bus.member (
  id uuid PRIMARY KEY,
  group_name text NOT NULL REFERENCES bus.consumer_group,
  topic_ids integer[] NOT NULL,
  session_ms integer NOT NULL,
  heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Who reads what, and how far each group has come.
CREATE TABLE bus.assignment (
  group_name text NOT NULL REFERENCES bus.consumer_group,
  topic_id integer NOT NULL REFERENCES bus.topic,
  partition integer NOT NULL,
  member_id uuid,
  -- The next offset to read; NULL when nothing was committed yet.
  next_offset bigint,
  PRIMARY KEY (group_name, topic_id, partition)
) WITH (fillfactor = 50);
CREATE INDEX assignment_of_topic ON bus.assignment (topic_id);
