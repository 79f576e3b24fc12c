-- Where ordered deliveries are about to expire: their partitions are locked first. $1, $2 as in expire-deliveries.
SELECT DISTINCT partition
FROM (
  SELECT partition, order_key FROM queue WHERE delivery_id < $1 AND claimed_epoch IS NULL ORDER BY delivery_id LIMIT $2
) old
WHERE order_key IS NOT NULL
