-- A person pauses it. One that the dispatcher stopped before has waited since then.
UPDATE connection
SET paused_at = coalesce(paused_at, now()), paused_reason = 'paused', paused_detail = $3
WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL
