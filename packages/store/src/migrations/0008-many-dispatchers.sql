-- Several dispatchers, order per subject, doubt and settling: what their rows have to say.

-- Where a dispatcher runs: two that name the same machine can tell by the pid whether the other one is alive.
-- NULL: nobody can tell, and only its heartbeat counts.
ALTER TABLE dispatcher ADD COLUMN machine text;

-- Who wants a partition: the dispatcher that the bus brings its events to. Only a wish: the owner is another column.
ALTER TABLE partition_owner ADD COLUMN wanted_by uuid;

-- order: "subject", onRejected, and settle.for in milliseconds.
ALTER TABLE subscription_version
  ADD COLUMN ordered boolean NOT NULL DEFAULT false,
  ADD COLUMN on_rejected text NOT NULL DEFAULT 'skip' CHECK (on_rejected IN ('skip', 'block')),
  ADD COLUMN settle_ms bigint CHECK (settle_ms > 0);

-- order_key: one subject over all ordered subscriptions of one connection; NULL: unordered. Its deliveries run in the
-- order of seq, and only the first may be claimed: the others are `behind` (due at infinity) until it is gone.
-- settle_until: the change may be taken back until then. marks_start: the action may not simply be repeated, so
-- started_at is committed before its call; where it is set and nothing is claimed, the delivery is in doubt.
ALTER TABLE queue
  ADD COLUMN order_key uuid,
  ADD COLUMN behind boolean NOT NULL DEFAULT false,
  ADD COLUMN settle_until timestamptz,
  ADD COLUMN marks_start boolean NOT NULL DEFAULT false;

-- Who is next of a subject. No column of it ever changes, so it keeps no update from being heap-only.
CREATE INDEX queue_order ON queue (partition, order_key, seq) WHERE order_key IS NOT NULL;

-- Deliveries of one transaction are due at the same time: seq puts them in bus order.
DROP INDEX queue_lane;
CREATE INDEX queue_lane ON queue (partition, subscription_id, due_at, seq);

-- The same in every statement that makes a queue row.
CREATE FUNCTION subject_order_key(connection uuid, subject text) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT encode(substring(sha256(convert_to(connection::text || ' ' || subject, 'UTF8')) FOR 16), 'hex')::uuid $$;
