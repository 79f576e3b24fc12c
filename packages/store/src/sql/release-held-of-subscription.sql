-- What waits for a person goes on to be ended by the partition's owner ($1), because its subscription ($2 account, $3) is
-- gone. What is held is due at infinity, as is what is behind another one of its subject: that goes on in its turn.
UPDATE queue
SET held = false, due_at = CASE WHEN behind THEN due_at ELSE now() END
WHERE partition = $1 AND account_id = $2 AND subscription_id = $3 AND due_at = 'infinity' AND held
