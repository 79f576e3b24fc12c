-- Those of a connection ($2) or the one ($3) that the dispatcher stopped; a person's own pause stays.
UPDATE subscription
SET
  paused_at = NULL, paused_reason = NULL, paused_detail = NULL, resumed_at = now(),
  catch_up = 'all', catch_up_before = now(), catch_up_per_second = NULL
WHERE
  account_id = $1 AND (connection_id = $2 OR id = $3) AND paused_reason <> 'paused' AND deleted_at IS NULL
