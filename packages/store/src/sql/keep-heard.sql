-- What one commit's new events say: $1 of their subjects, one row each; $2 of their sources. As JSON. The caller holds
-- the routing lock of their partitions, so what stands there came before. Answers the changes that did not begin where
-- what stood there ended.
WITH heard AS (
  SELECT * FROM json_to_recordset($1) AS h (
    account_id uuid, subject text, partition smallint, event_id uuid,
    -- A status that an event shows that is no change; it counts while nothing else is known.
    shown text, shown_key text,
    -- The first change and the newest one. NULL: none.
    first_id uuid, first_key text, was text, was_key text, status text, status_key text,
    changes jsonb
  )
),
missed AS (
  SELECT h.first_id AS id, coalesce(s.status, h.shown) AS gap_from, h.was AS gap_to
  FROM heard h
  -- Looked up one by one, however small the planner takes the table for.
  LEFT JOIN LATERAL (
    SELECT status, status_key, changes FROM subject WHERE account_id = h.account_id AND subject = h.subject LIMIT 1
  ) s ON true
  WHERE
    coalesce(s.status_key, h.shown_key) <> h.was_key
    -- An event that shows where the change leads may only have been faster than the change.
    AND NOT (coalesce(s.changes, '[]') = '[]' AND coalesce(s.status_key, h.shown_key) = h.first_key)
),
kept AS (
  INSERT INTO subject AS s (account_id, subject, partition, event_id, status, status_key, changes)
  SELECT
    account_id, subject, partition, event_id, coalesce(status, shown), coalesce(status_key, shown_key), changes
  FROM heard
  ON CONFLICT (account_id, subject) DO UPDATE
  SET
    partition = excluded.partition, event_id = excluded.event_id, heard_at = excluded.heard_at,
    status = CASE WHEN excluded.changes = '[]' THEN coalesce(s.status, excluded.status) ELSE excluded.status END,
    status_key =
      CASE WHEN excluded.changes = '[]' THEN coalesce(s.status_key, excluded.status_key) ELSE excluded.status_key END,
    changes = CASE
      WHEN excluded.changes = '[]' THEN s.changes
      -- The last 20, as in subjects.ts; fewer when there are not as many.
      ELSE jsonb_path_query_array(s.changes || excluded.changes, '$[last - 19 to last]')
    END
),
spoken AS (
  INSERT INTO source_activity AS a (source_id, account_id, partition, events)
  SELECT source_id, account_id, partition, events
  FROM json_to_recordset($2) AS o (source_id uuid, account_id uuid, partition smallint, events bigint)
  ON CONFLICT (source_id) DO UPDATE
  SET
    partition = excluded.partition, last_event_at = excluded.last_event_at, events = a.events + excluded.events,
    days = a.days
      + ((a.last_event_at AT TIME ZONE 'UTC')::date < (excluded.last_event_at AT TIME ZONE 'UTC')::date)::integer,
    longest_gap = CASE
      WHEN a.silent_since IS NULL THEN greatest(a.longest_gap, excluded.last_event_at - a.last_event_at)
      ELSE a.longest_gap
    END,
    silent_since = NULL
)
SELECT id AS "eventId", gap_from AS "lastSeen", gap_to AS "previousStatus" FROM missed
