-- What a delivery was matched with, and what its subscription is now. $3: the subscription's present version.
SELECT
  v.version AS "subscriptionVersion", v.connection_id AS "connectionId", v.action,
  CASE WHEN NOT $3::boolean THEN d.input END AS input
FROM delivery d
JOIN subscription s ON s.id = d.subscription_id AND s.account_id = $1 AND s.deleted_at IS NULL
JOIN subscription_version v
  ON v.subscription_id = s.id AND v.account_id = $1
  AND v.version = CASE WHEN $3 THEN s.version ELSE d.subscription_version END
WHERE d.account_id = $1 AND d.id = $2
