UPDATE partition_routed r
SET next_offset = greatest(r.next_offset, a.next_offset), last_seq = a.last_seq
FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS a (partition, next_offset, last_seq)
WHERE r.partition = a.partition
