-- $3: only when the dispatcher stopped it; a person's own pause stays then.
UPDATE connection
SET paused_at = NULL, paused_reason = NULL, paused_detail = NULL, resumed_at = now()
WHERE
  account_id = $1 AND id = $2 AND paused_at IS NOT NULL AND deleted_at IS NULL
  AND (NOT $3::boolean OR paused_reason <> 'paused')
