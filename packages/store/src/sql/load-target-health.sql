SELECT subscription_id AS "subscriptionId", account_id AS "accountId", partition, snapshot
FROM target_health
WHERE partition = ANY ($1::smallint[])
