-- Of each of these subscriptions the newest delivery of an event: a resend is news, what it repeats is not.
SELECT DISTINCT ON (subscription_id) id
FROM delivery
WHERE event_id = $2 AND account_id = $1 AND subscription_id = ANY ($3::uuid[])
ORDER BY subscription_id, id DESC
