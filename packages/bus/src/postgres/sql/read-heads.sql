-- How far every partition has come. Its row is updated by the transaction that stores
-- the records, so everything below next_offset is visible.
SELECT topic_id, partition, next_offset, segment_id FROM bus.partition
