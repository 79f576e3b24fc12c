-- One batch for each of several partitions out of one segment.
-- $1-$2  per partition: partition, offset to begin with
-- $3     most records in a batch, $4 most bytes in a batch (the record that passes it comes along)
SELECT batch.partition, batch."offset", batch.stored_ms, batch.head, batch.value
FROM unnest($1::integer[], $2::bigint[]) AS wanted (partition, position)
CROSS JOIN LATERAL (
  SELECT counted.*
  FROM (
    SELECT
      record.partition,
      record."offset",
      floor(extract(epoch FROM record.stored_at) * 1000)::bigint AS stored_ms,
      record.head,
      record.value,
      -- Lengths are known without reading a large value.
      sum(octet_length(record.value)) OVER (ORDER BY record."offset" ROWS UNBOUNDED PRECEDING)
        - octet_length(record.value) AS bytes_before
    FROM (
      SELECT * FROM bus.record_:segment AS record
      WHERE record.partition = wanted.partition AND record."offset" >= wanted.position
      ORDER BY record."offset"
      LIMIT $3
    ) AS record
  ) AS counted
  WHERE counted.bytes_before < $4
  ORDER BY counted."offset"
) AS batch
