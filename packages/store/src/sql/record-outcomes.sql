-- $2 outcomes as JSON. Only rows that this dispatcher still holds at their epoch are written;
-- the ids of those come back, the others belong to somebody else now.
WITH outcome AS (
  SELECT * FROM json_to_recordset($2) AS o (
    delivery_id uuid, partition smallint, epoch bigint,
    state text, held boolean, retry_in_ms float8, attempts integer, possibly_sent boolean,
    keeps_start boolean, reason text, detail text,
    attempt_id uuid, number integer, started_at timestamptz, duration_ms integer, kind text, attempt_reason text,
    attempt_detail text, request json, reply_status integer, reply_headers json, reply_body text
  )
),
mine AS (
  SELECT outcome.*, q.account_id, q.subscription_id
  FROM outcome
  JOIN partition_owner o
    ON o.partition = outcome.partition AND o.epoch = outcome.epoch AND o.dispatcher_id = $1
  JOIN queue q ON q.delivery_id = outcome.delivery_id AND q.claimed_epoch = outcome.epoch
  FOR KEY SHARE OF o
),
-- What nobody can decide about is not held: its subscription may be being deleted right now.
alive AS (
  SELECT s.id
  FROM subscription s
  WHERE s.id IN (SELECT subscription_id FROM mine WHERE held) AND s.deleted_at IS NULL
  ORDER BY s.id
  FOR SHARE
),
settled AS (
  SELECT m.*, m.held AND EXISTS (SELECT FROM alive a WHERE a.id = m.subscription_id) AS is_held FROM mine m
),
finished AS (
  DELETE FROM queue q USING mine m WHERE q.delivery_id = m.delivery_id AND m.state IS NOT NULL
),
waiting AS (
  UPDATE queue q
  SET
    claimed_epoch = NULL, started_at = CASE WHEN m.keeps_start THEN q.started_at END, held = m.is_held, attempts = m.attempts,
    possibly_sent = q.possibly_sent OR m.possibly_sent, reason = m.reason, detail = m.detail,
    due_at = CASE
      WHEN m.is_held THEN 'infinity'
      WHEN m.retry_in_ms IS NULL THEN q.due_at
      ELSE now() + m.retry_in_ms * interval '1 millisecond'
    END
  FROM settled m
  WHERE q.delivery_id = m.delivery_id AND m.state IS NULL
),
ended AS (
  UPDATE delivery d
  SET
    state = m.state, reason = m.reason, detail = m.detail, attempts = m.attempts,
    possibly_sent = d.possibly_sent OR m.possibly_sent,
    finished_at = CASE WHEN m.state IS NOT NULL THEN now() END
  FROM mine m
  WHERE d.id = m.delivery_id AND (m.state IS NOT NULL OR (m.possibly_sent AND NOT d.possibly_sent))
),
listed AS (
  INSERT INTO undelivered (delivery_id, account_id, state)
  SELECT delivery_id, account_id, state FROM mine WHERE state IN ('skipped', 'dead', 'expired')
),
kept AS (
  INSERT INTO attempt (
    id, account_id, delivery_id, number, started_at, duration_ms, outcome, reason, detail,
    request, reply_status, reply_headers, reply_body
  )
  SELECT
    attempt_id, account_id, delivery_id, number, started_at, duration_ms, kind, attempt_reason,
    attempt_detail, request, reply_status, reply_headers, decode(reply_body, 'base64')
  FROM mine
  WHERE attempt_id IS NOT NULL
  -- Written before, by a commit whose reply was lost, and claimed again since.
  ON CONFLICT DO NOTHING
)
SELECT delivery_id, epoch FROM mine
