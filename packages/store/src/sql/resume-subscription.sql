-- $3 what becomes of what waits, $4 how much of it a second (NULL: as fast as the target takes it).
UPDATE subscription
SET
  paused_at = NULL, paused_reason = NULL, paused_detail = NULL, resumed_at = now(),
  catch_up = $3, catch_up_before = now(), catch_up_per_second = $4
WHERE account_id = $1 AND id = $2 AND paused_at IS NOT NULL AND deleted_at IS NULL
