SELECT h.subscription_id AS "subscriptionId", h.account_id AS "accountId", h.partition, h.snapshot
FROM target_health h
JOIN subscription s ON s.id = h.subscription_id AND s.deleted_at IS NULL
WHERE h.partition = ANY ($1::smallint[])
