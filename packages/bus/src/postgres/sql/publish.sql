-- Stores records and tells the readers, in one statement and so in one round trip and one transaction.
-- $1-$3  per partition, ascending: topic id, partition, number of records
-- $4-$8  per record: ordinal of its partition in $1-$3, place among that partition's records,
--        position in $9, bytes of head, bytes of value
-- $9     heads and values one after the other: one binary parameter, where arrays of bytea would travel as hex
WITH wanted AS (
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[])
    WITH ORDINALITY AS wanted (topic_id, partition, records, ordinal)
),
-- In ascending order, so that two publishers never wait for each other.
locked AS (
  SELECT wanted.* FROM wanted JOIN bus.partition AS part USING (topic_id, partition)
  ORDER BY topic_id, partition
  FOR UPDATE OF part
),
given AS (
  UPDATE bus.partition AS part SET next_offset = part.next_offset + locked.records
  FROM locked
  WHERE part.topic_id = locked.topic_id AND part.partition = locked.partition
  RETURNING locked.ordinal, locked.records, part.topic_id, part.partition, part.next_offset, part.segment_id
),
stored AS (
  INSERT INTO bus.record (segment_id, partition, "offset", head, value)
  SELECT
    given.segment_id,
    given.partition,
    given.next_offset - given.records + record.place,
    substring($9::bytea FROM record.position FOR record.head_bytes),
    substring($9::bytea FROM record.position + record.head_bytes FOR record.value_bytes)
  FROM unnest($4::integer[], $5::integer[], $6::integer[], $7::integer[], $8::integer[])
    AS record (ordinal, place, position, head_bytes, value_bytes)
  -- LEFT: a partition that does not exist must fail (segment_id is NOT NULL), not lose its records.
  LEFT JOIN given ON given.ordinal = record.ordinal
),
news AS (
  SELECT string_agg(concat_ws(':', topic_id, partition, next_offset, segment_id), ',') AS heads FROM given
)
-- A notification holds 8,000 bytes. An empty one says: look yourself.
SELECT pg_notify('stellwerk_bus_records', CASE WHEN length(heads) < 7900 THEN heads ELSE '' END) FROM news
