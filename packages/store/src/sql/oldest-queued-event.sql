-- The oldest event that a delivery still waits for: ids begin with their time. A resend may ask for
-- an event far older than its delivery, so this reads all of `queue`; asked once an hour.
SELECT event_id FROM queue ORDER BY event_id LIMIT 1
