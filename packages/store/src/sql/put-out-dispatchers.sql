-- Dispatchers that are dead: what they own is nobody's. One that has been heard of since ($2) is not: it waits for
-- this lock or this for its heartbeat, so that it never believes what is over.
DELETE FROM dispatcher d
USING unnest($1::uuid[], $2::text[]) AS dead (id, heartbeat)
WHERE d.id = dead.id AND d.heartbeat_at = dead.heartbeat::timestamptz
